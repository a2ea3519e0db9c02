import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { eventually } from '../tools/testing/eventually';
import { type Answer, call, type Call, json } from './support/http';
import { withRedis } from './support/redis-dump';
import { idOf } from './support/session-key';
import { ADAPTERS, System } from './support/system';

/** What a gateway may be told. */
const ANSWERS = [200, 401, 403, 503];

describe.each(ADAPTERS)('/auth/verify, on %s', (adapter) => {
  let system: System;
  let cookie: string;

  beforeAll(async () => {
    system = await System.start(adapter, { ALLOWED_ORIGINS: 'https://app.example.com' });
    cookie = await system.signIn('alice');
  });
  afterAll(() => system.stop());

  const verify = (path = '', options: Call = {}) =>
    call(`${system.auth.url}/auth/verify${path}`, options);

  const keySet = async () =>
    json<JSONWebKeySet>(await call(`${system.auth.url}/.well-known/jwks.json`));

  const identityIn = ({ headers }: Answer) => String(headers['x-session-identity']);

  it('says who is signed in, in words and signed', async () => {
    const answer = await verify('', { cookie });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { subject, extra } = json<{ subject: string; extra: object }>(answer);
    expect(extra).toEqual({
      username: 'alice',
      roles: ['orders', 'products'],
      sessionId: idOf(cookie),
      service: 'auth',
    });
    expect(answer.headers['x-session-user']).toBe(subject);
    expect(answer.headers['x-session-roles']).toBe('orders,products');
    const { payload } = await jwtVerify(identityIn(answer), createLocalJWKSet(await keySet()), {
      algorithms: ['EdDSA'],
      audience: 'auth',
      issuer: 'nest-sessions',
    });
    expect(payload).toMatchObject({ sub: subject, sid: idOf(cookie) });
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(cookie);
  });

  it('knows no session that has ended, and none by its identity', async () => {
    const token = await system.signIn('bob');
    const identity = identityIn(await verify('', { cookie: token }));
    expect(decodeJwt(identity).aud).toBe('auth');
    await system.logout(token);
    expect((await verify('', { cookie: token })).status).toBe(401);
    expect((await verify('', { bearer: identity })).status).toBe(401);
    expect((await verify()).status).toBe(401);
    const door = system.doorOf('orders');
    const headers = { 'x-session-identity': identity };
    expect((await call(door, { headers })).status).toBe(401);
  });

  it('demands of a route what its service has published', async () => {
    const [bob, carol] = [await system.signIn('bob'), await system.signIn('carol')];
    const order = { method: 'POST', body: { productId: 'tea', quantity: 1 } };
    const allowed = await verify('/orders', { cookie });
    expect(allowed.status).toBe(200);
    expect(decodeJwt(identityIn(allowed)).aud).toBe('orders');
    expect((await verify('/orders')).status).toBe(401);
    expect((await verify('/orders', { cookie: bob })).status).toBe(403);
    expect((await verify('/orders', { ...order, cookie })).status).toBe(403);
    expect((await verify('/orders', { ...order, cookie: carol })).status).toBe(200);
    expect((await verify('/orders', order)).status).toBe(401);
    expect(decodeJwt(identityIn(await verify('/products/tea', { cookie: bob }))).aud).toBe(
      'products',
    );
    expect((await verify('/admin/services', { cookie })).status).toBe(403);
  });

  it('lets everybody pass where everybody may, if it is told whose route it is', async () => {
    const headers = { 'x-verify-service': 'orders' };
    const anonymous = await verify('/health/live', { headers });
    expect(anonymous.status).toBe(200);
    expect(identityIn(anonymous)).toBe('');
    expect(decodeJwt(identityIn(await verify('/health/live', { headers, cookie }))).aud).toBe(
      'orders',
    );
    expect((await verify('/health/live')).status).toBe(403);
    expect((await verify('/products', { headers, cookie })).status).toBe(403);
  });

  it('refuses what no service is known to have', async () => {
    expect((await verify('/nowhere', { cookie })).status).toBe(403);
    expect((await verify('/nowhere')).status).toBe(403);
  });

  it('is never answered in another way, whatever the method', async () => {
    // CONNECT has no path and asks for a tunnel, which a server ends without an answer.
    for (const method of METHODS.filter((it) => it !== 'CONNECT')) {
      for (const path of ['', '/orders/1']) {
        const { status } = await verify(path, { cookie, method });
        const isRoute = path === '' || ['GET', 'HEAD'].includes(method);
        expect([method, path, status]).toEqual([method, path, isRoute ? 200 : 403]);
      }
    }
  });

  it.each<[string, NonNullable<Call['headers']>, string?]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'],
    ['text', { 'content-type': 'text/plain' }, 'x'],
    ['a file', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['a type that is none', { 'content-type': 'x' }, 'x'],
    ['broken JSON', { 'content-type': 'application/json' }, '{"a":'],
    ['a prototype', { 'content-type': 'application/json' }, '{"__proto__":{}}'],
    [
      'a huge body',
      // A connection that is closed with some of a body unread loses its answer.
      { 'content-type': 'application/json', connection: 'keep-alive' },
      `"${'x'.repeat(1_000_000)}"`,
    ],
    ['the length of a body that does not come', { 'content-type': 'application/json' }],
    ['a compressed body', { 'content-encoding': 'br', 'content-type': 'application/json' }, 'x'],
    ['a foreign origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, '{}'],
    ['an opaque origin', { origin: 'null' }, '{}'],
    [
      'a preflight',
      {
        origin: 'https://app.example.com',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x',
      },
    ],
    [
      'the conditions of a cache',
      { 'if-none-match': '*', 'if-modified-since': new Date().toUTCString() },
    ],
    ['a range', { range: 'bytes=0-1' }],
    [
      'a wish for another form',
      { accept: 'image/png', 'accept-version': '9', 'accept-encoding': '' },
    ],
    ['another method in a header', { 'x-http-method-override': 'PUT' }],
    ['a call that no service signed', { 'x-session-call': 'x' }],
  ])('is never answered in another way to a request with %s', async (_, headers, ...[body]) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      const sent = { cookie, method, headers, body };
      expect([method, (await verify('', sent)).status]).toEqual([method, 200]);
      const answer = await verify('/orders', sent);
      // Of the others one needs a role that alice has not, and two are no routes.
      expect([method, answer.status]).toEqual([method, method === 'GET' ? 200 : 403]);
      expect((await verify('', { ...sent, cookie: undefined })).status).toBe(401);
    }
  });

  it('is never answered in another way to a path that cannot be read', async () => {
    for (const path of ['/%', '/%zz', '/%c3%28', '//', '/..%2f', '/a\\b', '/?%', '?%', '*']) {
      const status = await statusOfRaw(`/auth/verify${path}`);
      expect([path, status]).toEqual([path, path.startsWith('?') ? 200 : 403]);
    }
  });

  it('is answered HEAD without a body, and the connection goes on', async () => {
    const answer = await verify('', { cookie, method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers['x-session-identity']).toBeDefined();
  });

  it('renews the idle clock of a session that is let in, and of no other', async () => {
    const token = await system.signIn('alice');
    const idle = `idle:{${idOf(token)}}`;
    await withRedis(system.redis.url, (redis) => redis.pexpire(idle, 60_000));
    const left = () => withRedis(system.redis.url, (redis) => redis.pttl(idle));
    await verify('/nowhere', { cookie: token });
    await verify('', { cookie: token, bearer: cookie });
    expect(await left()).toBeLessThanOrEqual(60_000);
    await verify('', { cookie: token });
    await eventually(async () => (await left()) > 60_000);
  });

  it('keeps telling the keys of a process that has been restarted', async () => {
    const identity = identityIn(await verify('', { cookie }));
    const before = (await keySet()).keys.map(({ kid }) => kid);
    await system.auth.stop();
    await system.startAgain('auth');
    const after = identityIn(await verify('', { cookie }));
    const set = await keySet();
    expect(set.keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(before));
    expect(set.keys.length).toBeGreaterThan(before.length);
    for (const it of [identity, after]) await jwtVerify(it, createLocalJWKSet(set));
  });

  it('starts without a warning of Node.js', () => {
    expect(system.output.filter((line) => line.includes('Warning:'))).toEqual([]);
  });

  it('is described, and the rest of the app is as it was', async () => {
    const { paths } = json<{ paths: object }>(await call(`${system.auth.url}/docs-json`));
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/auth/verify']));
    const foreign = { origin: 'https://evil.example' };
    const login = await system.login('alice', 'alice-demo-password', foreign);
    expect(login.status).toBe(403);
    expect((await call(`${system.auth.url}/auth/verifying`, { cookie })).status).toBe(404);
  });

  it('is answered 503 while Redis is away', async () => {
    await system.redis.stop();
    const answers = [
      await verify('', { cookie }),
      await call(`${system.auth.url}/.well-known/jwks.json`),
    ];
    for (const { status, headers } of answers) {
      expect([status, headers['retry-after'], headers['cache-control']]).toEqual([
        503,
        '1',
        'no-store',
      ]);
      expect(ANSWERS).toContain(status);
    }
    // Nobody is looked for without a token.
    expect((await verify()).status).toBe(401);
  });

  /** Sends a target as it is, which a URL would put into another form. */
  async function statusOfRaw(target: string): Promise<number> {
    const { hostname, port, host } = new URL(system.auth.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nCookie: __Host-sid=${cookie}\r\nConnection: close\r\n\r\n`,
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return Number(text.split(' ')[1]);
  }
});
