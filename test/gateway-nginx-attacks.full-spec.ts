import { answerIn, head } from './support/exchange';
import { type Caller, GatewaySystem } from './support/gateway-system';
import type { Adapter } from './support/system';
import { websocketRequest } from './support/websocket';

/** Handlers of the open service that each caller may reach. */
const MAY: Record<Caller, readonly string[]> = {
  nobody: ['anybody'],
  bob: ['anybody'],
  alice: ['anybody', 'reader'],
  carol: ['anybody', 'reader', 'writer'],
  admin: ['anybody', 'reader', 'admin'],
};

/** Targets that some server reads as `/notes/secret`, or as another protected path. */
const TARGETS = [
  '/notes/secret',
  '/notes/secret?x=1',
  '/notes/secret/',
  '//notes/secret',
  '/notes//secret',
  '///notes///secret',
  '/./notes/secret',
  '/notes/./secret',
  '/notes/x/../secret',
  '/orders/../notes/secret',
  '/notes/../notes/secret',
  '/notes/public/../secret',
  '/notes/..%2fnotes/secret',
  '/notes/public/..%2fsecret',
  '/notes/public%2f..%2fsecret',
  '/notes/public/%2e%2e/secret',
  '/notes/%2e/secret',
  '/notes/.%2e/notes/secret',
  '/notes/%252e%252e/notes/secret',
  '/notes%2fsecret',
  '/notes%2Fsecret',
  '/notes/secret%2f',
  '/notes%5csecret',
  '/notes\\secret',
  '/notes/\\secret',
  '/notes/public\\..\\secret',
  '/notes/secret;x',
  '/notes/secret;',
  '/notes;x/secret',
  '/notes/public;/../secret',
  '/notes/public#/../secret',
  '/notes/public?/../secret',
  '/notes/secret#',
  '/notes/secret%23',
  '/notes/secret%3f',
  '/notes/secret%3fx',
  '/notes/secret%00',
  '/notes/%00secret',
  '/notes/secret%20',
  '/notes/secret%0a',
  '/notes/secret%0d%0aX-Session-Roles:%20admin',
  '/notes/secret.',
  '/notes/secret..;/',
  '/NOTES/secret',
  '/notes/SECRET',
  '/Notes/Secret',
  '/notes/Any',
  '/%6eotes/secret',
  '/notes/%73ecret',
  '/notes/secre%74',
  '/notes/secre%54',
  '/notes/any',
  '/notes/any/',
  '/notes/a%6ey',
  'http://localhost/notes/secret',
  'http://evil.example/notes/secret',
  'http://localhost//notes/secret',
  'HTTP://localhost/notes/secret',
  'http:/notes/secret',
  '/notes',
  '/notes/',
  '/notes/1',
  '*',
];

/** Headers with which a client claims another identity or another request. */
const HEADERS: readonly (readonly string[])[] = [
  [],
  ['X-HTTP-Method-Override: DELETE', 'X-HTTP-Method: DELETE', 'X-Method-Override: DELETE'],
  ['X-Original-Method: GET', 'X-Original-URI: /notes/public', 'X-Verify-Service: notes'],
  ['X-Forwarded-Method: GET', 'X-Forwarded-Uri: /notes/public'],
  ['X-Original-URL: /notes/secret', 'X-Rewrite-URL: /notes/secret'],
  ['X-Session-User: 1', 'X-Session-Roles: admin,orders', 'X-Session-Identity: x.y.z'],
  ['x-session-roles: admin', 'X_Session_Roles: admin', 'X-Session-Call: x'],
  ['Connection: close, X-Session-Identity, X-Original-URI, Cookie, Authorization'],
];

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PROPFIND', 'TRACE', 'get'];

/** Number of concurrent requests, where their order does not matter. */
const AT_ONCE = 8;

/** Services that admit every request, both behind one gateway: their routers read paths differently. */
const OPEN_SERVICES: readonly [Adapter, name: string][] = [
  ['express', 'notes'],
  ['fastify', 'memos'],
];

let gateway: GatewaySystem;

beforeAll(async () => {
  gateway = await GatewaySystem.start('express', {
    open: Object.fromEntries(OPEN_SERVICES.map(([adapter, name]) => [name, adapter])),
  });
});
afterAll(() => gateway.stop());

/** The gateway has forwarded every request that reaches such a service: the service itself rejects none. */
describe.each(OPEN_SERVICES)('an unguarded service behind the gateway, on %s', (_adapter, name) => {
  /** Returns the same text about this service, in any spelling of `notes`. */
  const of = (text: string) =>
    text
      .replaceAll('notes', name)
      .replaceAll('Notes', name.charAt(0).toUpperCase() + name.slice(1))
      .replaceAll('NOTES', name.toUpperCase())
      .replaceAll('%6eotes', `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`);
  const takeSeen = () => gateway.openService(name).takeSeen();
  const send = (line: string, ...headers: readonly string[]) =>
    gateway.send(of(line), ...headers.map(of));

  it('receives the user in plain headers and in an identity signed for it alone', async () => {
    takeSeen();
    await gateway.nginx.call(of('/notes/7'), { cookie: gateway.cookie('alice') });
    const [headers] = takeSeen().headers;
    expect(headers?.['x-session-user']).toBe(
      await gateway.system.userId(gateway.cookie('admin') ?? '', 'alice'),
    );
    expect(headers?.['x-session-roles']).toBe('orders,products');
    const claims = claimsIn(String(headers?.['x-session-identity']));
    expect(claims).toMatchObject({ aud: name, sub: headers?.['x-session-user'] });
    expect(headers?.cookie).toBe(`__Host-sid=${gateway.cookie('alice')}`);
  });

  it('receives no forged identity on a public route', async () => {
    takeSeen();
    const forged = ['X-Session-User: 1', 'X-Session-Roles: admin', 'X-Session-Identity: x.y.z'];
    expect((await send('GET /notes/public', ...forged)).status).toBe(200);
    const { handlers, headers } = takeSeen();
    expect(handlers).toEqual(['anybody']);
    const names = Object.keys(headers[0] ?? {}).filter((name) => name.startsWith('x-session'));
    expect(names).toEqual([]);
  });

  it.each(['nobody', 'bob', 'alice', 'carol', 'admin'] as const)(
    'is reachable for %s on allowed routes only',
    async (user) => {
      takeSeen();
      const plain: [string, string][] = [
        ['GET /notes/public', 'anybody'],
        ['GET /notes', 'reader'],
        ['GET /notes/7?page=2', 'reader'],
        ['POST /notes', 'writer'],
        ['GET /notes/secret', 'admin'],
        ['GET /notes/any', 'admin'],
        ['PUT /notes/any', 'admin'],
        ['DELETE /notes/7', 'admin'],
      ];
      for (const [line, handler] of plain) {
        const { status } = await send(line, ...gateway.cookieOf(user), 'Content-Length: 0');
        const isAllowed = MAY[user].includes(handler);
        const { handlers } = takeSeen();
        expect([line, handlers]).toEqual([line, isAllowed ? [handler] : []]);
        const refused = user === 'nobody' ? 401 : 403;
        expect([line, status < 300 ? 200 : status]).toEqual([line, isAllowed ? 200 : refused]);
      }
    },
  );

  it.each(['nobody', 'bob', 'alice'] as const)(
    'is protected from path, method and header tricks of %s',
    async (user) => {
      takeSeen();
      const plain = METHODS.flatMap((method) =>
        TARGETS.map((target): string[] => [`${method} ${target}`]),
      );
      const lines = ['GET /notes/secret', 'POST /notes', 'GET /notes/1', 'DELETE /notes/1'];
      const forged = HEADERS.flatMap((headers) => lines.map((line) => [line, ...headers]));
      await atOnce([...plain, ...forged], ([line = '', ...headers]) =>
        send(line, ...gateway.cookieOf(user), 'Content-Length: 0', ...headers),
      );
      const { handlers, arrivals } = takeSeen();
      expect([...new Set(handlers)].sort()).toEqual([...MAY[user]].sort());
      // No request has arrived without a handler for it, and none differs from its original.
      const came = arrivals.map(({ method, url }) => `${method} ${url}`);
      // For `:id`, `secret.` is an ordinary name.
      const allowed = new RegExp(
        of('^(GET|HEAD) /notes(/public|/1|/secret(\\.|%20|%23))?(\\?.*)?$'),
      );
      expect(came.filter((line) => !allowed.test(line))).toEqual([]);
    },
    120_000,
  );

  it('has each request of a connection authorized separately', async () => {
    takeSeen();
    const get = (path: string, ...more: readonly string[]) =>
      head(`GET ${of(path)} HTTP/1.1`, 'Host: localhost', ...more);
    const received = await gateway.nginx.exchange(
      get('/notes/1', ...gateway.cookieOf('alice')) +
        get('/notes/2') +
        get('/notes/secret', ...gateway.cookieOf('alice'), 'Connection: close'),
    );
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '401', '403']);
    expect(takeSeen().arrivals.map(({ url }) => url)).toEqual([of('/notes/1')]);
  });

  it.each([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 50']],
    ['an unknown encoding', ['Transfer-Encoding: xchunked']],
    ['an encoding in two steps', ['Transfer-Encoding: gzip, chunked']],
  ])('receives no smuggled request, with %s', async (_, lengths) => {
    takeSeen();
    const hidden = head(of('GET /notes/secret HTTP/1.1'), 'Host: localhost');
    await gateway.nginx.exchange(
      head(of('GET /notes/public HTTP/1.1'), 'Host: localhost', 'Connection: close', ...lengths) +
        `0\r\n\r\n${hidden}`,
    );
    const urls = takeSeen().arrivals.map(({ url }) => url);
    expect(urls.filter((url) => url !== of('/notes/public'))).toEqual([]);
  });

  it('receives no request with two sessions', async () => {
    const two = [...gateway.cookieOf('alice'), ...gateway.cookieOf('admin')];
    expect((await send('GET /notes/secret', ...two)).status).toBe(401);
    const bearer = `Authorization: Bearer ${gateway.cookie('admin')}`;
    expect((await send('GET /notes/secret', ...gateway.cookieOf('alice'), bearer)).status).toBe(
      401,
    );
    expect((await send('GET /notes/secret', bearer)).status).toBe(200);
    takeSeen();
  });

  it('receives authorized WebSocket upgrades only', async () => {
    takeSeen();
    const open = (user: Caller, path = '/notes/live') =>
      gateway.nginx.exchange(websocketRequest(of(path), ...gateway.cookieOf(user)), 'frame');
    expect(await open('alice')).toMatch(/^HTTP\/1\.1 101 /);
    expect(takeSeen().arrivals).toEqual([{ method: 'GET', url: of('/notes/live') }]);
    const closing = async (user: Caller, path?: string) =>
      answerIn(
        await gateway.nginx.exchange(
          websocketRequest(
            of(path ?? '/notes/live'),
            'Connection: close',
            ...gateway.cookieOf(user),
          ),
        ),
      ).status;
    expect(await closing('nobody')).toBe(401);
    expect(await closing('bob')).toBe(403);
    expect(await closing('alice', '/notes/secret')).toBe(403);
    expect(takeSeen().arrivals).toEqual([]);
  });
});

function claimsIn(identity: string): unknown {
  return JSON.parse(Buffer.from(identity.split('.')[1] ?? '', 'base64url').toString());
}

/** Runs work for every item, several items at a time. */
async function atOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
