import fc from 'fast-check';
import type { WireRequest } from './wire-request';

type Header = readonly [name: string, value: string];

/** Header values: each character is a byte, and no control character but the tab (RFC 9110, 5.5). */
const bytes = fc.string({
  unit: fc.nat(0xff).map((it) => (it < 0x20 || it === 0x7f ? '\t' : String.fromCharCode(it))),
  maxLength: 80,
});

const token = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((it) => Buffer.from(it).toString('base64url'));

/** A token without a session, or text that resembles a token. */
const wrongToken = fc.oneof(
  token,
  token.map((it) => `"${it}"`),
  token.map((it) => `${it}\u00a0`),
  token.map((it) => `%41${it.slice(1)}`),
  token.map((it) => it.repeat(20)),
  fc.constantFrom('', '__proto__', '{}', '*', 'null', '../..', '\u00ff'.repeat(43), 'A'.repeat(43)),
  bytes,
);

const pair = fc
  .tuple(
    fc.constantFrom('__Host-sid', '__Host-sid', '__host-sid', '__proto__', 'sid', '', '$Path'),
    fc.constantFrom('=', '=', '', '==', ' ='),
    wrongToken,
  )
  .map((parts) => parts.join(''));
const cookie = fc
  .array(fc.oneof({ weight: 3, arbitrary: pair }, bytes), { maxLength: 5 })
  .chain((pairs) => fc.constantFrom('; ', ';', ',', '\t;').map((between) => pairs.join(between)));
const authorization = fc
  .tuple(
    fc.constantFrom('Bearer ', 'bearer  ', 'BEARER\t', 'Basic ', 'Bearer', 'Digest ', ''),
    wrongToken,
  )
  .map((parts) => parts.join(''));

/** A JSON Web Token or a similar text, as the signed headers hold. */
const jwt = fc
  .array(
    fc.oneof(
      fc.json().map((it) => Buffer.from(it).toString('base64url')),
      fc.constantFrom('eyJhbGciOiJub25lIn0', 'eyJpc3MiOiJvcmRlcnMifQ', '', 'AAAA'),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join('.'));

const credentials: fc.Arbitrary<Header> = fc.oneof(
  fc.tuple(fc.constantFrom('Cookie', 'cookie', 'COOKIE'), cookie),
  fc.tuple(fc.constantFrom('Authorization', 'authorization'), authorization),
);
const otherHeader: fc.Arbitrary<Header> = fc.oneof(
  fc.tuple(
    fc.constantFrom('X-Session-Call', 'X-Session-Identity', 'x-session-user'),
    fc.oneof(jwt, bytes),
  ),
  fc.tuple(
    fc.constantFrom('X-Session-Roles', 'X-Session-User'),
    fc.constantFrom('admin', 'orders'),
  ),
  fc.tuple(
    fc.constantFrom(
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'X-Forwarded-Method',
      'X-Forwarded-Uri',
      'X-Original-URL',
      'X-HTTP-Method-Override',
      'Forwarded',
      'Origin',
      'Sec-Fetch-Site',
      'Accept',
      'Accept-Encoding',
      'User-Agent',
      'If-None-Match',
      'Range',
      '__proto__',
      'constructor',
      'toString',
    ),
    fc.oneof(
      bytes,
      fc.constantFrom('/health/live', 'GET', '::1', '127.0.0.1', 'null', 'cross-site'),
    ),
  ),
);

/** Headers that grant no access. */
const headers = fc.array(fc.oneof({ weight: 2, arbitrary: credentials }, otherHeader), {
  maxLength: 5,
});

const ODD_PARTS = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e%2e',
  '%2f',
  '\\',
  '%5c',
  ';x=1',
  '%00',
  '%',
  '%zz',
  '%c0%af',
  '%ff',
  '\u00c3\u00a9',
  '%F0%9F%98%80',
  '#',
  '.json',
  '%20',
  '+',
  '*',
  ':id',
  '(.*)',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'a'.repeat(4_000),
  '%61'.repeat(500),
  '/x'.repeat(500),
];
const QUERIES = [
  '',
  '',
  '?',
  '?__proto__[admin]=true',
  '?constructor[prototype][admin]=1',
  '?a[]=1&a[b]=2',
  '?%',
  '?%ff=%00',
  `?${'a[b]'.repeat(200)}=1`,
  `?${'x=1&'.repeat(900)}`,
  '?token=x;y',
  '?\u00ff',
];

/** A target that at least one parser may read as this path. */
function targetNear(path: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const odd = fc.constantFrom(...ODD_PARTS);
  const changed = fc.tuple(path, fc.nat(60), odd, fc.nat(3)).map(([it, at, put, change]) => {
    if (change === 0) return it + put;
    if (change === 1) return it.slice(0, at % it.length) + put + it.slice(at % it.length);
    if (change === 2) return it.toUpperCase();
    const encoded = `%${it.charCodeAt(at % it.length).toString(16)}`;
    return it.slice(0, at % it.length) + encoded + it.slice((at % it.length) + 1);
  });
  const query = fc.constantFrom(...QUERIES);
  return fc.tuple(fc.oneof(path, changed), query).map(([it, behind]) => it + behind);
}

/** Text that is likely to fail as JSON, or in the handling of its content. */
const body = fc
  .oneof(
    fc.constantFrom(
      ...[
        '',
        '{',
        '[]',
        'null',
        '"x"',
        '1',
        '{}',
        '\u00ef\u00bb\u00bf{}',
        '[[',
        '{"a":1}{"a":2}',
        '\0',
        '\u00ff\u00fe{\0}\0',
      ],
      '{"__proto__":{"admin":true},"username":"alice","password":"x"}',
      '{"constructor":{"prototype":{"admin":true}},"username":"alice"}',
      '{"username":{"toString":"x"},"password":["x"]}',
      '{"username":["alice"],"password":{"length":20}}',
      '{"username":"alice","password":true}',
      '{"username":"\\u0000","password":"\\u0000"}',
      '{"username":"\\ud800","password":"\\udfff"}',
      '{"username":"alice","password":"x","transport":"__proto__"}',
      '{"username":1e400,"password":-0}',
      `{"username":"${'x'.repeat(10_000)}","password":"x"}`,
      `{"username":"alice","password":"${'\u00c3\u00a9'.repeat(4_000)}"}`,
      `${'['.repeat(400)}${']'.repeat(400)}`,
      `${'['.repeat(8_000)}${']'.repeat(8_000)}`,
      `{"username":${'['.repeat(2_000)}${']'.repeat(2_000)},"password":"x"}`,
      `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`,
      `${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}`,
      `{"username":"x","password":"${'x'.repeat(20_000)}"}`,
    ),
    fc
      .record({ username: fc.string({ unit: 'binary' }), password: fc.string({ unit: 'binary' }) })
      .map((it) => JSON.stringify(it)),
    fc.json(),
    bytes,
  )
  .map((it) => (isBytes(it) ? it : Buffer.from(it).toString('latin1')));

const bodyHeaders = fc
  .tuple(
    fc.constantFrom(
      'application/json',
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset=utf-16',
      'application/json; charset=x',
      'APPLICATION/JSON',
      'text/plain',
      '',
      'multipart/form-data; boundary=x',
      'application/json, text/plain',
    ),
    fc.option(fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x', 'gzip, gzip')),
  )
  .map(([type, encoding]): Header[] => [
    ['Content-Type', type],
    ...(encoding === null ? [] : [['Content-Encoding', encoding] as const]),
  ]);

function isBytes(text: string): boolean {
  return Buffer.from(text, 'latin1').toString('latin1') === text;
}

const METHODS = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'LOCK',
  'M-SEARCH',
  'PURGE',
  'CONNECT',
];

/** Requests to these paths, or to similar targets, that Node.js accepts as requests. */
export function requestsTo(paths: readonly string[]): fc.Arbitrary<WireRequest> {
  const method = fc.constantFrom(...METHODS);
  const target = targetNear(fc.constantFrom(...paths));
  const plain = fc.record({ method, target, headers });
  const withBody = fc
    .tuple(
      fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
      target,
      headers,
      bodyHeaders,
      body,
    )
    .map(([method, target, headers, more, body]) => ({
      method,
      target,
      headers: [...headers, ...more],
      body,
    }));
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: withBody });
}

/** Requests with a body to exactly this path, in the form of a browser or a program. */
export function bodiesTo(method: string, target: string): fc.Arbitrary<WireRequest> {
  return fc.tuple(bodyHeaders, body).map(([headers, body]) => ({ method, target, headers, body }));
}

/** Input that is not a valid request, or barely valid. */
export const brokenRequests: fc.Arbitrary<WireRequest> = fc.record({
  method: fc.constantFrom(
    'GET',
    'get',
    'G\0T',
    '',
    'GET /orders HTTP/1.1\r\nX:',
    'PRI',
    'QUERY',
    '\u00ff',
  ),
  target: fc.oneof(
    fc.constantFrom(
      '*',
      '',
      'orders',
      'http://other.example/orders',
      '//orders',
      '/orders\0',
      '/orders HTTP/1.1',
      '\u00ff',
      'other.example:80',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  ),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom(
        'Cookie',
        'Authorization',
        'Host',
        'Transfer-Encoding',
        'Content-Length',
        'X\0',
        ' X',
        'X Y',
        '',
        'Expect',
        'Upgrade',
      ),
      fc.oneof(
        fc.constantFrom(
          'chunked',
          '0',
          '-1',
          '1e3',
          '0x10',
          '100-continue',
          'x',
          'a\nb',
          'a\r\nCookie: __Host-sid=x',
          '\0',
          'websocket',
          'x'.repeat(20_000),
        ),
        fc.string({ unit: 'binary-ascii', maxLength: 20 }),
      ),
    ),
    { maxLength: 4 },
  ),
});
