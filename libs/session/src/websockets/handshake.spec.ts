import { Handshake } from './handshake.js';

describe('Handshake', () => {
  const headers = {
    cookie: 'a=b',
    authorization: 'Bearer c',
    host: 'd.example.com',
    origin: 'https://d.example.com',
    'x-session-identity': 'e',
    'x-session-call': 'f',
  };
  const handshake = new Handshake({
    headers: { ...headers, 'user-agent': 'Browser/1.0', 'sec-websocket-key': 'g' },
    rawHeaders: ['Cookie', 'a=b'],
  });

  it('is no safe request, so that its origin is checked', () => {
    expect(handshake.method).toBe('UPGRADE');
    expect(handshake.rawHeaders).toEqual(['Cookie', 'a=b']);
  });

  it('leaves its messages only the headers that identify the caller', () => {
    expect(handshake.credentials()).toEqual({ headers });
  });
});
