import { eachRow } from '../../tools/testing/each-row';
import { rawRequest, type RawRequest, rawText } from '../support/raw-request';
import type { RawAnswer } from '../support/exchange';
import { call } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System, TestUser } from '../support/system';

const ALLOWED = 'https://app.example.com';
const JSON_TYPE = 'Content-Type: application/json';
const ORDER = JSON.stringify({ productId: 'tea', quantity: 1 });

/** Headers for browsers that every answer has. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** Names of headers that describe the answer itself. */
const OWN_HEADERS =
  /^(allow|connection|content-length|content-type|date|keep-alive|retry-after|set-cookie|vary|www-authenticate|accept-encoding|access-control-.*)$/;

export function browserRules(adapter: Adapter): void {
  describe(`browser security, on ${adapter}`, () => {
    let system: System;
    let carol: TestUser;
    let cookie: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      carol = await system.createUserLike('carol');
      cookie = await system.signIn(carol);
    });

    const session = () => `Cookie: __Host-sid=${cookie}`;
    const ask = (request: RawRequest) => rawRequest(system.orders.url, request);

    /** Sends a change of state with these headers. */
    const order = (...headers: readonly string[]) =>
      ask({
        method: 'POST',
        target: '/orders',
        headers: [session(), JSON_TYPE, `Content-Length: ${ORDER.length}`, ...headers],
        body: ORDER,
      });

    function expectForeign({ status, headers, text }: RawAnswer): void {
      expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([
        403,
        'ERR_CROSS_ORIGIN',
      ]);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    }

    describe('security headers', () => {
      const cases: [number, () => Promise<RawAnswer>][] = [
        [200, () => ask({ target: '/health/live' })],
        [200, () => ask({ target: '/orders', headers: [session()] })],
        [201, () => order()],
        [204, () => ask({ method: 'OPTIONS', target: '/orders' })],
        [
          204,
          () =>
            ask({
              method: 'OPTIONS',
              target: '/orders',
              headers: [`Origin: ${ALLOWED}`, 'Access-Control-Request-Method: POST'],
            }),
        ],
        [204, () => rawRequest(system.auth.url, { method: 'POST', target: '/auth/logout' })],
        [400, () => ask({ target: '/%zz' })],
        [400, () => rawText(system.orders.url, 'junk\r\n\r\n')],
        [401, () => ask({ target: '/orders' })],
        [401, () => ask({ method: 'HEAD', target: '/orders' })],
        [403, () => order('Sec-Fetch-Site: cross-site')],
        [403, () => rawRequest(system.auth.url, { target: '/admin/users', headers: [session()] })],
        [404, () => ask({ target: '/nowhere' })],
        [405, () => ask({ method: 'PUT', target: '/orders' })],
        [
          413,
          () =>
            ask({
              method: 'POST',
              target: '/orders',
              headers: [JSON_TYPE, 'Content-Length: 20000'],
            }),
        ],
        [414, () => ask({ target: `/${'a'.repeat(9_000)}` })],
        [415, () => order('Content-Encoding: br')],
        [431, () => ask({ headers: [`X: ${'a'.repeat(20_000)}`] })],
      ];
      it('are complete on every status, with no others', () =>
        eachRow(
          cases,
          async ([status, send]) => {
            const answer = await send();
            expect(answer.status).toBe(status);
            const about = Object.entries(answer.headers).filter(
              ([name]) => !OWN_HEADERS.test(name),
            );
            expect(Object.fromEntries(about)).toEqual(SECURITY_HEADERS);
          },
          ([status, send]) => `${status} ${send.toString()}`,
        ));
    });

    describe('a state change', () => {
      const own: string[][] = [
        ['Sec-Fetch-Site: same-origin'],
        ['Sec-Fetch-Site: none'],
        ['Sec-Fetch-Site: same-site', `Origin: ${ALLOWED}`],
        ['Sec-Fetch-Site: cross-site', `Origin: ${ALLOWED}`],
        // A header that a page cannot set takes precedence over the later headers.
        ['Sec-Fetch-Site: same-origin', 'Origin: https://evil.example'],
        ['Origin: http://localhost'],
        // TLS ends in front of the service, which gets http requests with the host name that the browser
        // shows.
        ['Origin: https://localhost'],
        ['Origin: https://localhost:443'],
        [`Origin: ${ALLOWED}`],
        // Not a browser.
        ['X-Nothing: x'],
      ];
      it('is accepted from the own origin and from an allowed origin', () =>
        eachRow(own, async (headers) => {
          expect((await order(...headers)).status).toBe(201);
        }));

      const foreign: string[][] = [
        ['Sec-Fetch-Site: cross-site'],
        ['Sec-Fetch-Site: same-site'],
        ['Sec-Fetch-Site: same-site', 'Origin: https://sibling.example.com'],
        ['Sec-Fetch-Site: Same-Origin'],
        ['Sec-Fetch-Site: x'],
        ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: same-origin'],
        ['Sec-Fetch-Site:', 'Origin: https://evil.example'],
        ['Origin: null'],
        ['Origin: https://evil.example'],
        ['Origin: https://localhost.'],
        ['Origin: https://localhost:444'],
        ['Origin: https://localhost.evil.example'],
        ['Origin: https://localhost@evil.example'],
        ['Origin: file://localhost'],
        ['Origin: http://app.example.com'],
        ['Origin: https://APP.example.com'],
        ['Origin: https://app.example.com.'],
        ['Origin: https://app.example.com:443'],
        ['Origin: https://app.example.com/'],
        ['Origin: https://u:p@app.example.com'],
        ['Origin: https://x.app.example.com'],
        ['Origin: https://evilapp.example.com'],
        [`Origin: ${ALLOWED}, https://evil.example`],
        [`Origin: ${ALLOWED}`, 'Origin: https://evil.example'],
        ['Origin: https://evil.example', 'Forwarded: host=evil.example'],
      ];
      it('is rejected from a foreign origin', () =>
        eachRow(foreign, async (headers) => {
          expectForeign(await order(...headers));
        }));

      it('is rejected from a foreign origin with every other method as well', () =>
        eachRow(['PUT', 'PATCH', 'DELETE', 'PURGE', 'TRACE', 'QUERY'], async (method) => {
          const headers = [session(), 'Origin: https://evil.example'];
          expectForeign(await ask({ method, target: '/orders', headers }));
        }));

      it.each(['/auth/login', '/auth/logout'])(
        'is rejected from a foreign origin at %s as well',
        async (target) => {
          for (const header of ['Sec-Fetch-Site: cross-site', 'Origin: https://evil.example']) {
            const headers = [session(), JSON_TYPE, header];
            expectForeign(await rawRequest(system.auth.url, { method: 'POST', target, headers }));
          }
          expect(await system.statuses(cookie)).toEqual([200, 200, 200]);
        },
      );
    });

    describe('reading from another origin', () => {
      const told = ({ headers }: RawAnswer) =>
        Object.fromEntries(
          Object.entries(headers).filter(([it]) => it.startsWith('access-control')),
        );

      it('is allowed for listed origins, with credentials', async () => {
        for (const origin of [ALLOWED, 'https://b.example.com']) {
          const headers = [session(), `Origin: ${origin}`];
          const answer = await ask({ target: '/orders', headers });
          expect([answer.status, answer.headers.vary]).toEqual([200, 'Origin']);
          expect(told(answer)).toEqual({
            'access-control-allow-origin': origin,
            'access-control-allow-credentials': 'true',
            'access-control-expose-headers': expect.stringContaining('Retry-After') as string,
          });
        }
      });

      it('is announced by a preflight that lists allowed values and echoes nothing', async () => {
        const answer = await ask({
          method: 'OPTIONS',
          target: '/orders',
          headers: [
            `Origin: ${ALLOWED}`,
            'Access-Control-Request-Method: PURGE',
            'Access-Control-Request-Headers: x-evil',
          ],
        });
        expect([answer.status, answer.headers.vary]).toEqual([204, 'Origin']);
        const list = (name: string) => answer.headers[name]?.split(/, ?/);
        expect(list('access-control-allow-methods')).toEqual([
          ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        ]);
        expect(list('access-control-allow-headers')).toEqual([
          ...['Authorization', 'Content-Type', 'Last-Event-ID'],
        ]);
      });

      const others = [
        ...['https://evil.example', 'null', 'https://APP.example.com', 'http://app.example.com'],
        ...['https://app.example.com.evil.example', 'https://app.example.com:443', `${ALLOWED}, x`],
      ];
      it('is not allowed for any other origin, which gets no CORS header', () =>
        eachRow(others, async (origin) => {
          const plain = await ask({ target: '/orders', headers: [session(), `Origin: ${origin}`] });
          const preflight = await ask({
            method: 'OPTIONS',
            target: '/orders',
            headers: [`Origin: ${origin}`, 'Access-Control-Request-Method: POST'],
          });
          for (const answer of [plain, preflight]) {
            expect(told(answer)).toEqual({});
            expect(answer.headers.vary).toBe('Origin');
          }
        }));
    });

    describe('the session cookie', () => {
      const setBy = async (target: string, body: object) =>
        (await call(`${system.auth.url}${target}`, { body })).headers['set-cookie'];

      it('is set and cleared with the same attributes', async () => {
        const set = await setBy('/auth/login', {
          username: carol.username,
          password: carol.password,
        });
        const cleared = await setBy('/auth/logout', {});
        const attributes = 'HttpOnly; Secure; SameSite=Lax';
        expect(set).toEqual([
          expect.stringMatching(new RegExp(`^__Host-sid=[\\w-]{43}; Path=/; ${attributes}$`)),
          expect.stringMatching(
            new RegExp(`^__Secure-device=[\\w-]{43}; Path=/auth; ${attributes}$`),
          ),
        ]);
        expect(cleared).toEqual([
          `__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes}`,
        ]);
      });

      const cookies: [name: string, write: (token: string) => string, status: number][] = [
        [
          'next to a cookie of a sibling domain',
          (it: string) => `__Secure-sid=x; __Host-sid=${it}`,
          200,
        ],
        ['next to a name in other letters', (it: string) => `__HOST-sid=x; __Host-sid=${it}`, 200],
        ['next to a longer name', (it: string) => `x__Host-sid=x; __Host-sid=${it}`, 200],
        ['after a quote that is not closed', (it: string) => `a="; __Host-sid=${it}; b="`, 200],
        ['after 2,000 others', (it: string) => `${'a=b; '.repeat(2_000)}__Host-sid=${it}`, 200],
        ['twice', (it: string) => `__Host-sid=${it}; __Host-sid=${it}`, 400],
        ['after an empty one', (it: string) => `__Host-sid=; __Host-sid=${it}`, 400],
        ['twice without blanks', (it: string) => `__Host-sid=x;__Host-sid=${it}`, 400],
        ['in two headers', (it: string) => `__Host-sid=x\r\nCookie: __Host-sid=${it}`, 400],
        ['with a NUL before it', (it: string) => `a\0=b; __Host-sid=${it}`, 400],
        ['in other letters', (it: string) => `__host-sid=${it}`, 401],
        ['with a blank after its name', (it: string) => `__Host-sid =${it}`, 401],
        ['in quotes', (it: string) => `__Host-sid="${it}"`, 401],
        ['without a name of its own', (it: string) => `=__Host-sid=${it}`, 401],
      ];
      it('is read by its exact name, and only when it occurs once', () =>
        eachRow(
          cookies,
          async ([, write, status]) => {
            const headers = [`Cookie: ${write(cookie)}`];
            expect((await ask({ target: '/orders', headers })).status).toBe(status);
          },
          ([name]) => name,
        ));
    });

    it('gives /docs its own content security policy', async () => {
      for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js']) {
        const { status, headers } = await call(`${system.orders.url}${path}`);
        expect(status).toBe(200);
        expect(headers['content-security-policy']).toBe(
          "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        );
      }
    });
  });
}
