import { type SessionCookieOptions, SessionOptions } from '../options/session.options';
import { MemorySessionStore } from '../store/memory-session.store';
import { nativeAdapterHost, nativeResponse } from '../testing/native-adapter';
import { SessionCookie } from './session-cookie';
import { createToken } from './session-token';

const token = createToken();

function cookieWith(cookie?: SessionCookieOptions): SessionCookie {
  const options = new SessionOptions({ store: new MemorySessionStore(), cookie });
  return new SessionCookie(options, nativeAdapterHost());
}

/** Headers of an answer that the cookie was written to. */
function written(cookie?: SessionCookieOptions): object {
  const response = nativeResponse();
  cookieWith(cookie).write(response, token);
  return { ...response.getHeaders() };
}

/** Headers of an answer that clears the cookie. */
function cleared(cookie?: SessionCookieOptions): object {
  const response = nativeResponse();
  cookieWith(cookie).clear(response);
  return { ...response.getHeaders() };
}

describe('the session cookie', () => {
  it('is for the whole of this host, over TLS, out of reach of scripts and of most other sites', () => {
    expect(written()).toMatchObject({
      'set-cookie': `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    });
  });

  it('comes in an answer that no cache may keep', () => {
    expect(written()).toMatchObject({ 'cache-control': 'no-store' });
    expect(cleared()).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('is cleared with the attributes that it was set with', () => {
    expect(cleared()).toMatchObject({
      'set-cookie':
        '__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    });
  });

  it('has the name, the domain and the SameSite that are configured', () => {
    const cookie: SessionCookieOptions = {
      name: '__Secure-sid',
      domain: 'example.com',
      sameSite: 'strict',
    };

    expect(written(cookie)).toMatchObject({
      'set-cookie': `__Secure-sid=${token}; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict`,
    });
    expect(cleared(cookie)).toMatchObject({
      'set-cookie':
        '__Secure-sid=; Domain=example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
    });
  });

  it('leaves other cookies of the answer alone', () => {
    const response = nativeResponse();
    response.appendHeader('Set-Cookie', 'theme=dark');

    cookieWith().write(response, token);

    expect(response.getHeader('Set-Cookie')).toEqual([
      'theme=dark',
      `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });
});
