import { eachRow } from '../tools/testing/each-row';
import type { RawAnswer } from './support/exchange';
import { rawRequest, type RawRequest } from './support/raw-request';
import { sharedSystem } from './support/shared-systems';
import { ADAPTERS, type System } from './support/system';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Differences between the routers, as listed in docs/reference/request-rules.md. */
const ROUTER_DIFFERENCES = [
  /^\/orders\/$|^\/orders\/1\/$|^\/health\/live\/$/,
  /[A-Z]/,
  /^\/%6frders$/,
  /^\/orders\/x{101,}$/,
];

const PATHS = [
  ...['/', '*', '/nothing', '/docs-json', '/health/live', '/HEALTH/live', '/health/live/'],
  ...[
    '/orders',
    '/orders/',
    '/ORDERS',
    '/orders//',
    '//orders',
    '/orders?x=1',
    '/orders?',
    '/orders#x',
  ],
  ...['/%6frders', '/orders%2f1', '/orders/%2e%2e/orders', '/orders/../orders', '/orders/./1'],
  ...['/orders/1', '/orders/1/', '/orders/%31', '/orders/%00', '/orders/%zz', '/orders/%ff'],
  ...['/orders/a%20b', '/orders/a+b', '/orders/a;b=c', '/orders;a=b', '/orders/*', '/orders/:id'],
  ...['/orders/1/2', `/orders/${'x'.repeat(100)}`, `/orders/${'x'.repeat(101)}`],
  `/orders/${'x'.repeat(3_000)}`,
];

const METHODS = ['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

const CONTENTS: [type: string | null, body: string, more?: string][] = [
  ...['', '{}', '[]', 'null', '"x"', '{"a":'].map((body): [string, string] => [JSON_TYPE, body]),
  ...['', 'a=b'].map((body): [string, string] => [FORM_TYPE, body]),
  ...['', '{}'].map((body): [null, string] => [null, body]),
  ...[
    `${JSON_TYPE}; charset=utf-8`,
    `${JSON_TYPE}; charset=latin1`,
    'APPLICATION/JSON',
    'json',
    '',
  ].map((type): [string, string] => [type, '{}']),
  ...['application/problem+json', 'text/plain'].map((type): [string, string] => [type, '{}']),
  [JSON_TYPE, '{}', 'Content-Encoding: gzip'],
  ['multipart/form-data', ''],
  ['multipart/form-data; boundary=x', '--x--'],
];

function requests(): RawRequest[] {
  const withBody = (method: string, target: string) =>
    CONTENTS.map(([type, body, more]) => ({
      method,
      target,
      body,
      headers: [
        `Content-Length: ${body.length}`,
        ...(type === null ? [] : [`Content-Type: ${type}`]),
        ...(more === undefined ? [] : [more]),
      ],
    }));
  return [
    ...PATHS.map((target) => ({ target })),
    ...METHODS.flatMap((method) =>
      ['/orders', '/orders/1', '/health/live', '/nothing'].map((target) => ({ method, target })),
    ),
    ...['/orders', '/orders/coupon', '/nothing'].flatMap((target) => withBody('POST', target)),
    ...withBody('DELETE', '/orders/1'),
  ];
}

/** Returns the status, code and headers that clients depend on. */
function essence({ status, headers, text }: RawAnswer): object {
  const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string };
  return { status, code, allow: headers.allow, type: headers['content-type'] };
}

describe('Express and Fastify', () => {
  const systems: [system: System, cookie: string][] = [];

  beforeAll(async () => {
    for (const adapter of ADAPTERS) {
      const system = await sharedSystem(adapter);
      systems.push([system, await system.signInLike('carol')]);
    }
  });

  const answersTo = (request: RawRequest, isSignedIn: boolean) =>
    Promise.all(
      systems.map(async ([system, cookie]) => {
        const headers = [
          ...(request.headers ?? []),
          ...(isSignedIn ? [`Cookie: __Host-sid=${cookie}`] : []),
        ];
        return essence(await rawRequest(system.orders.url, { ...request, headers }));
      }),
    );

  const differsByRouter = ({ target = '' }: RawRequest) =>
    ROUTER_DIFFERENCES.some((pattern) => pattern.test(target));

  it.each([
    ['without a session', false],
    ['with a session', true],
  ])('give the same answer %s', (_, isSignedIn) =>
    eachRow(
      requests().filter((request) => !differsByRouter(request)),
      async (request) => {
        const [express, fastify] = await answersTo(request, isSignedIn);
        expect(fastify).toEqual(express);
      },
      ({ method = 'GET', target, headers, body }) =>
        JSON.stringify([method, target, headers, body]),
    ),
  );

  it('differ in routing only as documented', () =>
    eachRow(
      [
        ['/ORDERS', 200, 404],
        ['/orders/', 200, 404],
        ['/%6frders', 404, 200],
        [`/orders/${'x'.repeat(101)}`, 404, 414],
      ] as const,
      async ([target, express, fastify]) => {
        expect(await answersTo({ target }, true)).toMatchObject([
          { status: express },
          { status: fastify },
        ]);
      },
    ));
});
