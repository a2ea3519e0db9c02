import { eachRow } from '../../../../tools/testing/each-row';
import { messageOf, requestOf } from './logged-request';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const withId = (id: string | string[], trustsId = true) =>
  requestOf({ headers: { 'x-request-id': id }, ip: '::1', method: 'GET' }, trustsId).id;

describe('the log fields of a request', () => {
  it('are its id, address and method', () => {
    expect(requestOf({ headers: {}, ip: '203.0.113.9', method: 'PUT' }, false)).toEqual({
      id: expect.stringMatching(UUID) as string,
      address: '203.0.113.9',
      method: 'PUT',
    });
  });

  it.each(['0', 'a'.repeat(64), '4bf92f35-77b3.4da6_A3ce'])(
    'contain the id %s of a proxy',
    (id) => {
      expect(withId(id)).toBe(id);
    },
  );

  it('contain a new id instead of one chosen by an untrusted client', () => {
    expect(withId('chosen', false)).toMatch(UUID);
  });

  it('contain a new id instead of a malformed one', async () => {
    await eachRow(
      ['', 'a'.repeat(65), 'a b', 'a\r\nb', 'a\u001b[0m', 'é', 'a/b', 'a\n', 'a,b'],
      (id) => {
        expect(withId(id)).toMatch(UUID);
      },
    );
  });

  it('contain a new id instead of two', () => {
    expect(withId(['a', 'b'])).toMatch(UUID);
  });

  it.each(['2001:db8::1', '::ffff:192.0.2.1', '192.0.2.1'])('contain the address %s', (ip) => {
    expect(requestOf({ headers: {}, ip }, true).address).toBe(ip);
  });

  it.each([
    ['192.0.2.1:80', '192.0.2.1'],
    ['[2001:db8::1]:80', '2001:db8::1'],
  ])('contain the address of %s without its port', (ip, address) => {
    expect(requestOf({ headers: {}, ip }, true).address).toBe(address);
  });

  it('contain no address when it is malformed', async () => {
    await eachRow(['', 'unknown', '192.0.2.1:http', '"}{"', '192.0.2.1\n'], (ip) => {
      expect(requestOf({ headers: {}, ip }, true).address).toBeNull();
    });
  });

  it('contain a different id for each message', () => {
    expect(messageOf().id).toMatch(UUID);
    expect(messageOf().id).not.toBe(messageOf().id);
  });
});
