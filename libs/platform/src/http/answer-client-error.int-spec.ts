import 'reflect-metadata';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { RequestListener, Server } from 'node:http';
import { socketClosed } from '../../../../tools/testing/socket-closed';
import { answerClientError } from './answer-client-error';
import { createHttpServer } from './http-server';

jest.mock('./request-limits', () => ({
  ...jest.requireActual<object>('./request-limits'),
  // Interval at which the server checks for timeouts, in milliseconds.
  TIMEOUT_CHECK_INTERVAL: 20,
}));

describe('an invalid HTTP request', () => {
  let server: Server;
  let listener: RequestListener;

  beforeEach(async () => {
    listener = (_request, response) => response.end('{}');
    server = createHttpServer((request, response) => {
      listener(request, response);
    });
    server.on('clientError', answerClientError).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');

  async function answerTo(text: string): Promise<string> {
    const socket = open();
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => (received += String(chunk)));
    socket.write(text);
    await socketClosed(socket);
    return received;
  }

  it.each([
    ['junk\r\n\r\n', 400, 'ERR_BAD_REQUEST'],
    [`GET / HTTP/1.1\r\nX: ${'a'.repeat(17_000)}`, 431, 'ERR_REQUEST_HEADER_FIELDS_TOO_LARGE'],
  ])(
    'is answered with a problem document, and the connection is closed: %#',
    async (text, status, code) => {
      const [start = '', body = ''] = (await answerTo(text)).split('\r\n\r\n');
      expect(start).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(start).toContain('Content-Type: application/problem+json; charset=utf-8');
      expect(start).toContain('Connection: close');
      expect(start).toContain(`Content-Length: ${body.length}`);
      expect(JSON.parse(body)).toEqual({
        type: 'about:blank',
        title: expect.any(String) as string,
        status,
        code,
      });
    },
  );

  const large = 'a'.repeat(17_000);
  it.each([
    ['cookies', `GET / HTTP/1.1\r\nHost: a\r\nCookie: a=${large}\r\n\r\n`, true],
    ['unterminated cookies', `GET / HTTP/1.1\r\ncookie: a=${large}`, true],
    ['a path, with a session', `GET /${large} HTTP/1.1\r\nCookie: __Host-sid=x\r\n\r\n`, false],
    ['another header', `GET / HTTP/1.1\r\nCookie: a=b\r\nX: cookie:${large}\r\n\r\n`, false],
  ])('clears cookies with 431 only when cookies fill the header: %s', async (_, text, heals) => {
    const answer = await answerTo(text);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer.includes('\r\nClear-Site-Data: "cookies"\r\n')).toBe(heals);
  });

  it('is answered 408 when it takes too long', async () => {
    server.headersTimeout = 1;
    expect(await answerTo('GET / HTTP/1.1\r\n')).toMatch(/^HTTP\/1\.1 408 .*ERR_REQUEST_TIMEOUT/s);
  });

  it('does not corrupt a response in progress', async () => {
    listener = (_request, response) => {
      response.writeHead(200).write('half');
    };
    const socket = open();
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => (received += String(chunk)));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.write('junk\r\n\r\n');
    await socketClosed(socket);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).not.toContain('ERR_BAD_REQUEST');
  });

  it('does not crash the process when the client has disconnected', async () => {
    for (let i = 0; i < 20; i += 1) {
      const socket = open();
      await once(socket, 'connect');
      socket.write('junk\r\n\r\n');
      socket.resetAndDestroy();
      await socketClosed(socket);
    }
    expect(await answerTo('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/200/);
  });
});
