import { type SessionCookieOptions, SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { nativeAdapterHost, nativeResponse } from '../../test-support/native-adapter.js';
import { SessionCookie } from './session-cookie.js';
import { createToken } from '../token/session-token.js';

const token = createToken();

/** Returns the domains of the cookies that a response sets, in order; '' for the host alone. */
function domainsOf(
  answer: (cookie: SessionCookie, response: object) => void,
  given?: SessionCookieOptions,
): string[] {
  const response = nativeResponse();
  answer(cookieWith(given), response);
  return [response.getHeader('set-cookie')]
    .flat()
    .map((header) => /Domain=([^;]*)/.exec(String(header))?.[1] ?? '');
}

function cookieWith(cookie?: SessionCookieOptions): SessionCookie {
  const options = new SessionOptions({ store: new MemorySessionStore(), cookie });
  return new SessionCookie(options, nativeAdapterHost());
}

/** Returns the headers of a response to which the cookie was written. */
function written(cookie?: SessionCookieOptions): object {
  const response = nativeResponse();
  cookieWith(cookie).write(response, token);
  return { ...response.getHeaders() };
}

/** Returns the headers of a response that clears the cookie. */
function cleared(cookie?: SessionCookieOptions): object {
  const response = nativeResponse();
  cookieWith(cookie).clear(response);
  return { ...response.getHeaders() };
}

describe('the session cookie', () => {
  it('has the __Host- prefix, Path=/, HttpOnly, Secure and SameSite=Lax', () => {
    expect(written()).toMatchObject({
      'set-cookie': `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    });
  });

  it('comes in a response with Cache-Control: no-store', () => {
    expect(written()).toMatchObject({ 'cache-control': 'no-store' });
    expect(cleared()).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('is cleared with the attributes that it was set with', () => {
    expect(cleared()).toMatchObject({
      'set-cookie':
        '__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    });
  });

  it('has the configured name, domain and SameSite', () => {
    const cookie: SessionCookieOptions = {
      name: '__Secure-sid',
      domain: 'example.com',
      sameSite: 'strict',
    };

    expect(written(cookie)).toMatchObject({
      'set-cookie': `__Secure-sid=${token}; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict`,
    });
    expect(cleared(cookie)).toMatchObject({
      'set-cookie': [
        '__Secure-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
        '__Secure-sid=; Domain=example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
      ],
    });
  });

  it('leaves other cookies of the response alone', () => {
    const response = nativeResponse();
    response.appendHeader('Set-Cookie', 'theme=dark');

    cookieWith().write(response, token);

    expect(response.getHeader('Set-Cookie')).toEqual([
      'theme=dark',
      `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  describe('that the browser may have in other forms as well', () => {
    const at = (host: string, cookie?: string) => ({ headers: { host, cookie } });
    const shared = { name: '__Secure-sid', domain: 'example.com' };

    it('is cleared in every form, the configured one last', () => {
      const clear = (host: string, given?: SessionCookieOptions) =>
        domainsOf((cookie, response) => {
          cookie.clear(response, at(host));
        }, given);

      expect(clear('app.example.com:8443', shared)).toEqual(['', 'app.example.com', 'example.com']);
      expect(clear('a.b.example.com', { name: 'sid' })).toEqual([
        'a.b.example.com',
        'b.example.com',
        'example.com',
        '',
      ]);
      expect(clear('app.example.com')).toEqual(['']);
      expect(clear('APP.example.com', { name: 'x__Host-sid' })).toEqual([
        'app.example.com',
        'example.com',
        '',
      ]);
      expect(clear('a.b2', { name: 'sid' })).toEqual(['a.b2', '']);
      expect(clear('a.2b', { name: 'sid' })).toEqual(['a.2b', '']);
    });

    it('is cleared for the last six labels of a longer host', () => {
      const domains = domainsOf(
        (cookie, response) => {
          cookie.clear(response, at('a.b.c.d.e.f.g.h'));
        },
        { name: 'sid' },
      );
      expect(domains).toEqual(['c.d.e.f.g.h', 'd.e.f.g.h', 'e.f.g.h', 'f.g.h', 'g.h', '']);
    });

    it('is cleared for the host alone when the Host header allows no domain', () => {
      const hosts = [
        'localhost',
        '127.0.0.1:3000',
        '192.0.2.10',
        'app:1.example.com',
        'app.example.com x',
        `${'a.'.repeat(126)}ab`,
        '[::1]:3000',
        'x; Domain=evil.example',
        'a'.repeat(300),
      ];
      for (const host of hosts) {
        const domains = domainsOf(
          (cookie, response) => {
            cookie.clear(response, at(host));
          },
          { name: 'sid' },
        );
        expect([host, domains]).toEqual([host, ['']]);
      }
    });

    it('is cleared in the other forms before it is set, if the browser has sent one', () => {
      const write = (sent?: string) =>
        domainsOf((cookie, response) => {
          cookie.write(response, token, at('app.example.com', sent));
        }, shared);

      expect(write('__Secure-sid=x')).toEqual(['', 'app.example.com', 'example.com']);
      expect(write('theme=dark')).toEqual(['example.com']);
      expect(write()).toEqual(['example.com']);
    });
  });
});
