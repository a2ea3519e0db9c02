import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { eachRow } from '../../tools/testing/each-row';
import { head, type RawAnswer } from '../support/exchange';
import { call, json } from '../support/http';
import { rawRequest, type RawRequest, rawText } from '../support/raw-request';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System } from '../support/system';

const JSON_TYPE = 'Content-Type: application/json';
const ORDER = JSON.stringify({ productId: 'tea', quantity: 1 });

/** Nests `a` in `a` in `a`. */
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

/** Expects a problem with security headers and without internal details. */
function expectProblem({ status, headers, text }: RawAnswer, code: string): void {
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(JSON.parse(text)).toMatchObject({ type: 'about:blank', status, code });
  expect(text).not.toMatch(/node_modules|\.js:|fastify|express|FST_|HPE_|stack|Unexpected token/i);
}

export function hostileRequests(adapter: Adapter): void {
  describe(`hostile requests, on ${adapter}`, () => {
    let system: System;
    let cookie: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      cookie = await system.signInLike('carol');
    });

    const session = () => `Cookie: __Host-sid=${cookie}`;
    const ask = (request: RawRequest) => rawRequest(system.orders.url, request);

    /** Sends an order with a session. */
    function order(body: string | Buffer, headers: readonly string[] = [JSON_TYPE]) {
      const length = headers.some((it) => /^(content-length|transfer-encoding):/i.test(it))
        ? []
        : [`Content-Length: ${Buffer.byteLength(body)}`];
      const all = [session(), ...headers, ...length];
      return ask({ method: 'POST', target: '/orders', headers: all, body });
    }

    describe('methods', () => {
      it('responds 405 with Allow to other methods of a known path, and 404 to an unknown path', () =>
        eachRow(
          ['PUT', 'PATCH', 'DELETE', 'PURGE', 'LOCK', 'TRACE', 'M-SEARCH'],
          async (method) => {
            const known = await ask({ method, target: '/orders?x=1' });
            expect([known.status, known.headers.allow]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
            expectProblem(known, 'ERR_METHOD_NOT_ALLOWED');
            const unknown = await ask({ method, target: '/nowhere' });
            expect([unknown.status, unknown.headers.allow]).toEqual([404, undefined]);
            expectProblem(unknown, 'ERR_NOT_FOUND');
          },
        ));

      it('lists the methods of a path with a parameter in Allow', async () => {
        const answer = await rawRequest(system.auth.url, {
          method: 'POST',
          target: '/admin/users/x/sessions',
        });
        expect([answer.status, answer.headers.allow]).toEqual([405, 'DELETE, GET, HEAD, OPTIONS']);
      });

      it('responds 204 with Allow to OPTIONS of a known path, without a session', async () => {
        const known = await ask({ method: 'OPTIONS', target: '/orders' });
        expect([known.status, known.headers.allow, known.text]).toEqual([
          204,
          'GET, HEAD, POST, OPTIONS',
          '',
        ]);
        const unknown = await ask({ method: 'OPTIONS', target: '/nowhere' });
        expect(unknown.status).toBe(404);
      });

      it('allows no sign-in and no sign-out by GET', async () => {
        for (const target of ['/auth/login', '/auth/logout']) {
          const answer = await rawRequest(system.auth.url, { target, headers: [session()] });
          expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, OPTIONS']);
        }
        expect(await system.statuses(cookie)).toEqual([200, 200, 200]);
      });

      it('guards HEAD like GET', async () => {
        const statuses = [session(), 'X-Nothing: x'].map(async (header) => {
          return (await ask({ method: 'HEAD', target: '/orders', headers: [header] })).status;
        });
        expect(await Promise.all(statuses)).toEqual([200, 401]);
      });

      it.each(['JUNK', 'get', 'CONNECT'])('reaches no route with the method %s', async (method) => {
        const { status } = await ask({ method, target: '/orders', headers: [session()] });
        // CONNECT: the connection is closed.
        expect([400, 0]).toContain(status || 0);
      });

      it('still lets a gateway call /auth/verify with any method', async () => {
        for (const method of ['GET', 'PUT', 'OPTIONS', 'TRACE', 'PURGE']) {
          const headers = [session(), `X-Original-Method: GET`, 'X-Original-URI: /orders'];
          const request = { method, target: '/auth/verify', headers };
          expect((await rawRequest(system.auth.url, request)).status).toBe(200);
        }
      });

      it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
        'takes no method from the header %s',
        async (name) => {
          const headers = [`${name}: GET`, session()];
          const request = { method: 'DELETE', target: '/orders?_method=GET', headers };
          expect((await ask(request)).status).toBe(405);
        },
      );
    });

    describe('paths', () => {
      // Every spelling that some server reads as /orders.
      const spellings = [
        ...[
          '/orders',
          '/orders/',
          '/orders//',
          '//orders',
          '///orders',
          '/./orders',
          '/x/../orders',
        ],
        ...['/Orders', '/ORDERS', '/%6frders', '/%6Frders', '/orders?', '/orders?x', '/orders#x'],
        ...['/orders%2f', '/%2forders', '/%2e/orders', '/%2e%2e/orders', '/%252e%252e/orders'],
        ...['/health/../orders', '/health/..%2forders', '/health/live/..%2f..%2forders'],
        ...[
          '/health/live/../../orders',
          '/docs/../orders',
          '/docs/..%2forders',
          '/docs/..%5corders',
        ],
        ...['/orders;x=y', '/orders;', '/orders%3b', '/orders%00', '/orders%0d%0a', '/orders%20'],
        ...['/orders%23', '/orders%3f', '/orders.json', '/\\orders', '\\orders', '/orders\\'],
        ...[
          '/%c0%aforders',
          '/%ef%bc%8forders',
          '/orders%',
          '/orders/%zz',
          '/%zz',
          '/%ff',
          '/%u002f',
        ],
        ...[
          'http://evil.example/orders',
          'HTTP://localhost/orders',
          'foo://x/orders',
          'orders',
          '*',
        ],
        ...['//evil.example/orders', '/http://x/orders', '?/orders', '#/orders', 'localhost:80'],
      ];
      it('reveals nothing without a session at any spelling of a path', () =>
        eachRow(spellings, async (target) => {
          for (const method of ['GET', 'HEAD', 'POST']) {
            const { status } = await ask({ method, target });
            expect([400, 401, 403, 404, 405]).toContain(status);
          }
          const answer = await ask({ target });
          expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        }));

      it('responds 400 to invalid percent-encoding', () =>
        eachRow(['/%zz', '/orders/%zz', '/orders%', '/%c0%af', '/%ff'], async (target) => {
          const answer = await ask({ target, headers: [session()] });
          expect(answer.status).toBe(400);
          expectProblem(answer, 'ERR_BAD_REQUEST');
        }));

      const pathHeaders = [
        'X-Original-URL',
        'X-Rewrite-URL',
        'X-Original-URI',
        'X-Forwarded-Uri',
        'X-Forwarded-Prefix',
      ];
      it('takes no path from a header', () =>
        eachRow(pathHeaders, async (name) => {
          expect(
            (await ask({ target: '/orders', headers: [`${name}: /health/live`] })).status,
          ).toBe(401);
          const open = await ask({
            target: '/health/live',
            headers: [`${name}: /orders`, session()],
          });
          expect(open.text).toBe('{"status":"ok"}');
        }));

      it('echoes nothing of a request', async () => {
        const targets = ['/<script>alert(1)</script>', '/orders/<script>', '/%3Cscript%3E%zz'];
        for (const target of targets) {
          expect((await ask({ target, headers: [session()] })).text).not.toContain('script');
        }
        expect((await order('{"<script>')).text).not.toContain('script');
      });
    });

    describe('oversized requests', () => {
      const problems: [string, number, string, RawRequest][] = [
        [
          '17 KiB of headers',
          431,
          'ERR_REQUEST_HEADER_FIELDS_TOO_LARGE',
          { headers: [`X: ${'a'.repeat(17_000)}`] },
        ],
        [
          '101 headers',
          431,
          'ERR_REQUEST_HEADER_FIELDS_TOO_LARGE',
          { headers: Array.from({ length: 99 }, () => 'x: y') },
        ],
        [
          '3,000 headers',
          431,
          'ERR_REQUEST_HEADER_FIELDS_TOO_LARGE',
          { headers: Array.from({ length: 3_000 }, () => 'x:') },
        ],
        [
          'a path of 8,001 characters',
          414,
          'ERR_URI_TOO_LONG',
          { target: `/${'a'.repeat(8_000)}` },
        ],
        [
          '101 query parameters',
          400,
          'ERR_BAD_REQUEST',
          { target: `/orders?${'a&'.repeat(100)}a` },
        ],
      ];
      it('are refused for large headers, paths and queries', () =>
        eachRow(
          problems,
          async ([, status, code, request]) => {
            const answer = await ask(request);
            expect(answer.status).toBe(status);
            expectProblem(answer, code);
          },
          ([name]) => name,
        ));

      it('do not include a request with 100 headers and 100 query parameters', async () => {
        const headers = [session(), ...Array.from({ length: 97 }, () => 'x: y')];
        const target = `/orders?${'a&'.repeat(99)}a`;
        expect((await ask({ target, headers })).status).toBe(200);
      });

      it.each([
        ['says so', [`Content-Length: 20000`], '{'],
        ['shows so', ['Transfer-Encoding: chunked'], `4e20\r\n${' '.repeat(20_000)}\r\n`],
      ])(
        'are refused for a body of 20 KB as soon as it %s, and close the connection',
        async (_, headers, body) => {
          const answer = await order(body, [JSON_TYPE, ...headers]);
          expect(answer.status).toBe(413);
          expect(answer.headers.connection).toBe('close');
          expectProblem(answer, 'ERR_PAYLOAD_TOO_LARGE');
        },
      );

      it.each([
        ['objects', nested(2_600)],
        ['lists', `{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}`],
        ['objects in a field', `{"productId":${nested(32)},"quantity":1}`],
      ])('are refused for deeply nested %s', async (_, body) => {
        const answer = await order(body);
        expect(answer.status).toBe(400);
        expectProblem(answer, 'ERR_BAD_REQUEST');
        expect(answer.text).toContain('at most 32 levels');
      });

      it('get at most 20 short errors for a body with 1,500 invalid fields', async () => {
        const fields = Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`k${i}`, 1]));
        const answer = await order(JSON.stringify(fields));
        const { errors } = JSON.parse(answer.text) as { errors: string[] };
        expect([answer.status, errors.length]).toEqual([400, 20]);
        const long = await order(JSON.stringify({ ['x'.repeat(10_000)]: 1 }));
        expect(long.text.length).toBeLessThan(1_000);
      });
    });

    describe('bodies', () => {
      const packed = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
      it.each(Object.entries(packed))(
        'are refused when compressed with %s',
        async (coding, pack) => {
          const headers = [JSON_TYPE, `Content-Encoding: ${coding}`];
          for (const body of [
            pack(ORDER),
            pack(Buffer.alloc(10_000_000, ' ')),
            Buffer.from(ORDER),
          ]) {
            const answer = await order(body, headers);
            expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'identity']);
            expectProblem(answer, 'ERR_UNSUPPORTED_MEDIA_TYPE');
          }
        },
      );

      const types = [
        ...[
          '; charset=utf-16',
          '; charset=utf-7',
          '; charset=latin1',
          '; charset=x',
          '; x=y',
          ';;',
        ],
        ...[', text/plain', '\r\nContent-Type: text/plain', 'p', '-seq'],
      ];
      it('are refused with a type that only begins with application/json', () =>
        eachRow(types, async (rest) => {
          const answer = await order(ORDER, [JSON_TYPE + rest]);
          expect(answer.status).toBe(415);
          expectProblem(answer, 'ERR_UNSUPPORTED_MEDIA_TYPE');
        }));

      it.each([
        'text/plain',
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded',
      ])('are refused with the type %s', async (type) => {
        const answer = await order('x=1', [`Content-Type: ${type}`]);
        expect(answer.status).toBe(415);
      });

      const readable = [
        ...['application/json', ' application/json', '\tapplication/json', 'APPLICATION/JSON'],
        ...['application/json ;charset=utf-8', 'application/json\t;charset=utf-8'],
        ...['application/json\ta', 'application/json a', 'application/json;', 'application/json,'],
      ];
      it('are refused with an unknown field, in every spelling of the type', () =>
        eachRow(readable, async (type) => {
          const answer = await order('{"productId":"tea","quantity":1,"price":0}', [
            `Content-Type:${type}`,
          ]);
          expect([400, 415]).toContain(answer.status);
        }));

      const accepted: [body: string, headers: string[]][] = [
        [ORDER, [JSON_TYPE]],
        [ORDER, [`${JSON_TYPE}; charset=UTF-8`]],
        [ORDER, [`${JSON_TYPE};charset="utf-8"`, 'Content-Encoding: identity']],
        [`\ufeff${ORDER}`, [JSON_TYPE]],
        [
          `${ORDER.length.toString(16)}\r\n${ORDER}\r\n0\r\n\r\n`,
          [JSON_TYPE, 'Transfer-Encoding: chunked'],
        ],
        ['{"productId":"x","quantity":1,"productId":"tea"}', [JSON_TYPE]],
      ];
      it('are accepted in every form of JSON that RFC 8259 and HTTP allow', () =>
        eachRow(accepted, async ([body, headers]) => {
          expect((await order(body, headers)).status).toBe(201);
        }));

      const noObjects = [
        ...['[]', `[${ORDER}]`, 'null', 'true', '1', '"tea"', '   ', '{"productId":', 'NaN'],
        ...[
          Buffer.from(ORDER, 'utf16le'),
          Buffer.from('{"productId":"\xff","quantity":1}', 'latin1'),
        ],
      ];
      it('are refused when they are not a JSON object', () =>
        eachRow(
          noObjects,
          async (body) => {
            const answer = await order(body);
            expect(answer.status).toBe(400);
            expectProblem(answer, 'ERR_BAD_REQUEST');
          },
          String,
        ));

      it.each(['GET', 'HEAD'])('are refused in a %s request', async (method) => {
        const headers = [session(), JSON_TYPE, 'Content-Length: 2'];
        const answer = await ask({ method, target: '/orders', headers, body: '{}' });
        expect([answer.status, answer.headers.connection]).toEqual([400, 'close']);
      });

      it('are accepted after 100 Continue for Expect: 100-continue', async () => {
        const headers = [JSON_TYPE, 'Expect: 100-continue'];
        const answer = await order(ORDER, headers);
        expect([answer.status, answer.text]).toEqual([
          100,
          expect.stringMatching(/^HTTP\/1\.1 201 /),
        ]);
      });
    });

    describe('requests that two servers could read differently', () => {
      const ambiguous: [name: string, headers: string[]][] = [
        ['a length and chunks', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
        ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
        ['a length below zero', ['Content-Length: -1']],
        ['a length with a sign', ['Content-Length: +5']],
        ['another coding', ['Transfer-Encoding: xchunked']],
        ['a coding before the chunks', ['Transfer-Encoding: gzip, chunked']],
        ['a blank before the colon', ['Content-Length : 0']],
        ['a folded header', ['X-A: b\r\n c']],
        ['a line end of its own', ['X-A: b\nX-C: d']],
        ['a NUL in a header', ['X-A: \0']],
      ];
      it('are refused', () =>
        eachRow(
          ambiguous,
          async ([, headers]) => {
            const answer = await order('0\r\n\r\n', [JSON_TYPE, ...headers]);
            expect([answer.status, answer.headers.connection]).toEqual([400, 'close']);
            expectProblem(answer, 'ERR_BAD_REQUEST');
          },
          ([name]) => name,
        ));

      it('are refused for two hosts, even on a public path', async () => {
        const target = '/health/live';
        expect((await ask({ target })).status).toBe(200);
        const answer = await ask({ target, headers: ['Host: evil.example'] });
        expect([answer.status, answer.headers.connection]).toEqual([400, 'close']);
        expectProblem(answer, 'ERR_BAD_REQUEST');
      });

      const unreadable: [name: string, bytes: string | Buffer][] = [
        ['no host', head('GET /orders HTTP/1.1', 'Connection: close')],
        ['no request', head('junk')],
        ['another version', head('GET / HTTP/9.9')],
        ['HTTP/2', `${head('PRI * HTTP/2.0')}SM\r\n\r\n`],
        ['TLS', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
      ];
      it('are refused when they are not valid HTTP/1.1', () =>
        eachRow(
          unreadable,
          async ([, bytes]) => {
            const answer = await rawText(system.orders.url, bytes);
            expect([answer.status, answer.headers.connection]).toEqual([400, 'close']);
            expectProblem(answer, 'ERR_BAD_REQUEST');
          },
          ([name]) => name,
        ));
    });

    describe('prototype pollution', () => {
      const bodies = [
        '{"productId":"tea","quantity":1,"__proto__":{"isAdmin":true}}',
        '{"productId":"tea","quantity":1,"__pr\\u006fto__":{"isAdmin":true}}',
        '{"productId":{"a":[{"__proto__":{"isAdmin":true}}]},"quantity":1}',
        '{"productId":"tea","quantity":1,"constructor":{"prototype":{"isAdmin":true}}}',
        '{"productId":{"b":{"constructor":{"prototype":{"isAdmin":true}}}},"quantity":1}',
        '{"productId":"tea","quantity":1,"prototype":{"isAdmin":true}}',
        '{"productId":"tea","quantity":1,"toString":1}',
        '{"productId":"tea","quantity":1,"hasOwnProperty":1}',
        '{"__proto__":null}',
      ];
      it('is refused in a body', () =>
        eachRow(bodies, async (body) => {
          const answer = await order(body);
          expect(answer.status).toBe(400);
          expectProblem(answer, 'ERR_BAD_REQUEST');
        }));

      it('has no effect through a query, a header or a cookie', async () => {
        const cookies = `Cookie: __proto__=x; constructor=y; __Host-sid=${cookie}`;
        for (const query of [
          '__proto__[isAdmin]=1',
          '__proto__.isAdmin=1',
          '__proto__=1',
          'constructor[prototype][isAdmin]=1',
          'a[__proto__][isAdmin]=1',
        ]) {
          const target = `/auth/session?${query}`;
          const headers = [cookies, '__proto__: isAdmin', 'constructor: x'];
          const answer = await rawRequest(system.auth.url, { target, headers });
          expect(answer.status).toBe(200);
          expect(answer.text).not.toContain('isAdmin');
        }
        // A polluted prototype shows in every check for unknown fields, and in every list.
        expect((await order(ORDER)).status).toBe(201);
        const orders = json<object[]>(await call(`${system.orders.url}/orders`, { cookie }));
        expect(Object.keys(orders[0] ?? {})).not.toContain('isAdmin');
      });
    });

    it('leave the services working and without internal errors', async () => {
      expect(await system.statuses(cookie)).toEqual([200, 200, 200]);
      expect(
        system.output.filter((line) =>
          /RangeError|Maximum call stack|ProblemDetailsFilter/.test(line),
        ),
      ).toEqual([]);
    });
  });
}

/** Sends incomplete requests to several adapters at once: the timeouts take half a minute. */
export function incompleteRequests(adapters: readonly Adapter[]): void {
  it('times out an incomplete request with 408, in the head or in the body', async () => {
    const lines = ['POST /orders HTTP/1.1', 'Host: a', JSON_TYPE, 'Content-Length: 9'];
    const sent = adapters.map(async (adapter) => {
      const system = await sharedSystem(adapter);
      const session = `Cookie: __Host-sid=${await system.signInLike('carol')}`;
      return Promise.all([
        rawText(system.orders.url, [...lines, session].join('\r\n')),
        rawText(system.orders.url, `${head(...lines, session)}{`),
      ]);
    });
    const answers = (await Promise.all(sent)).flat();
    expect(answers).toHaveLength(2 * adapters.length);
    for (const answer of answers) {
      expect(answer.status).toBe(408);
      expectProblem(answer, 'ERR_REQUEST_TIMEOUT');
    }
  });
}
