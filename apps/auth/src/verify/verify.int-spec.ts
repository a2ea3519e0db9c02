import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import {
  type Session,
  SessionAuthorizer,
  SessionModule,
  SessionStoreUnavailableError,
  type TokenRequest,
} from 'nest-sessions';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import {
  createToken,
  SessionIssuerModule,
  SessionManager,
  sessionIdOf,
} from 'nest-sessions/issuer';
import { IdentitySigner } from 'nest-sessions/gateway';
import { type RouteAccess, AccessDirectory, type AccessLookUp } from 'nest-sessions/access';
import { type INestApplication, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Redis } from 'ioredis';
import { decodeJwt } from 'jose';
import { call, json, type Answer } from '../../../../test/support/http';
import { PATIENCE } from '../../../../tools/redis/patience';
import { eachRow } from '../../../../tools/testing/each-row';
import { eventually } from '../../../../tools/testing/eventually';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy';
import { workerServers } from '../../../../tools/testing/worker-servers';
import { AccessModule } from '../access.module';
import { takeForwardAuthRequest } from './forward-auth-request';
import { VerifyModule } from './verify.module';

type Headers = NonNullable<NonNullable<Parameters<typeof call>[1]>['headers']>;

/** Directory of sample routes that records its look-ups. */
class SampleDirectory implements Pick<AccessDirectory, 'lookUp'> {
  readonly asked: AccessLookUp[] = [];

  lookUp(request: AccessLookUp): Promise<RouteAccess | 'unknown' | 'stale'> {
    this.asked.push(request);
    if (request.path === '/broken') return Promise.reject(new TypeError('a mistake'));
    if (request.path === '/away') return Promise.reject(new SessionStoreUnavailableError());
    if (request.path === '/stale') return Promise.resolve('stale');
    if (!request.path.startsWith('/orders')) return Promise.resolve('unknown');
    const skipsCache = request.path.startsWith('/orders/fresh');
    const maxSignInAge = request.path === '/orders/fresh/1ms' ? 1 : null;
    return Promise.resolve({
      service: 'orders',
      isPublic: request.path === '/orders/public',
      skipsCache,
      maxSignInAge,
      authorize: (session: Session, asked: TokenRequest) =>
        new SessionAuthorizer().authorize(
          session,
          { anyOf: [], isServicesOnly: false, skipsCache, maxSignInAge },
          'orders',
          asked,
        ),
    });
  }
}

const directory = new SampleDirectory();

@Module({
  providers: [{ provide: AccessDirectory, useValue: directory }],
  exports: [AccessDirectory],
})
class SampleAccessModule {}

const adapters = [
  [
    'Express',
    () => {
      const adapter = new ExpressAdapter();
      adapter.use((request: IncomingMessage, _: unknown, next: () => void) => {
        takeForwardAuthRequest(request);
        next();
      });
      return adapter;
    },
  ],
  [
    'Fastify',
    () =>
      new FastifyAdapter({
        rewriteUrl: (request: IncomingMessage) => {
          takeForwardAuthRequest(request);
          return request.url ?? '/';
        },
      }),
  ],
] as const;

describe.each(adapters)('a forward auth request on %s', (_, adapter) => {
  let proxy: FaultyProxy;
  let client: Redis;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const server = await workerServers().redis();
    proxy = await FaultyProxy.to(server.port);
    client = createRedisClient(`redis://127.0.0.1:${proxy.port}`);
    await whenReady(client, PATIENCE);
    await client.flushall();
    const module = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ client }), SessionIssuerModule.forRoot({}), VerifyModule],
    })
      .overrideModule(AccessModule)
      .useModule(SampleAccessModule)
      .setLogger({ log: () => 0, error: () => 0, warn: () => 0 })
      .compile();
    app = module.createNestApplication(adapter());
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    client.disconnect();
    await proxy.close();
  });

  beforeEach(() => {
    directory.asked.length = 0;
  });

  async function signIn(roles: string[] = ['orders'], user = { id: 'u-1', username: 'ada' }) {
    return (await app.get(SessionManager, { strict: false }).create({ user, roles })).token;
  }

  /** Sends a forward auth request as nginx does. */
  function ask(path: string, { method = 'GET', ...rest }: Parameters<typeof call>[1] = {}) {
    return call(`${url}/auth/verify`, {
      ...rest,
      headers: { 'x-original-method': method, 'x-original-uri': path, ...rest.headers },
    });
  }

  const identityIn = (answer: Answer) => String(answer.headers['x-session-identity']);

  it('returns the identity of the user, signed for the service of the route', async () => {
    const cookie = await signIn(['orders', 'a,b']);
    const answer = await ask('/orders/1?x=y', { cookie, method: 'DELETE' });
    expect(answer.status).toBe(200);
    const extra = {
      username: 'ada',
      roles: ['orders', 'a,b'],
      sessionId: sessionIdOf(cookie),
      service: 'orders',
    };
    expect(json(answer)).toEqual({ subject: 'u-1', extra });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-session-user': 'u-1',
      'x-session-roles': 'orders,a%2Cb',
    });
    expect(decodeJwt(identityIn(answer))).toMatchObject({ aud: 'orders', sub: 'u-1' });
    expect(directory.asked).toEqual([{ method: 'DELETE', path: '/orders/1?x=y' }]);
    expect(JSON.stringify(answer)).not.toContain(cookie);
  });

  it('is answered 401 without a session, and 403 without the role or for an unknown route', async () => {
    const [cookie, other] = [await signIn(), await signIn(['other'])];
    expect((await ask('/orders', { cookie })).status).toBe(200);
    expect((await ask('/orders', { bearer: cookie })).status).toBe(200);
    expect((await ask('/orders')).status).toBe(401);
    expect((await ask('/orders', { cookie: createToken() })).status).toBe(401);
    expect((await ask('/orders', { cookie: other })).status).toBe(403);
    expect((await ask('/nowhere', { cookie })).status).toBe(403);
    expect((await ask('/nowhere')).status).toBe(403);
    // Two tokens: the user of the request is unclear.
    expect((await ask('/orders', { cookie, bearer: other })).status).toBe(401);
  });

  it('is answered with the standard 401, which is not cacheable', async () => {
    const answer = await ask('/orders');
    expect(json(answer).code).toBe('ERR_SESSION_REQUIRED');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    for (const it of [answer, await ask('/nowhere'), await ask('/stale')]) {
      expect(it.headers['cache-control']).toBe('no-store');
      expect(it.headers['x-session-identity']).toBeUndefined();
    }
  });

  it('is answered 503 when access cannot be determined', async () => {
    const cookie = await signIn();
    for (const path of ['/stale', '/away', '/broken']) {
      const answer = await ask(path, { cookie });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.text).not.toContain('mistake');
    }
  });

  it('is answered 200 on a public route with or without a session', async () => {
    const cookie = await signIn(['other']);
    const known = await ask('/orders/public', { cookie });
    expect([known.status, decodeJwt(identityIn(known)).aud]).toEqual([200, 'orders']);
    for (const sent of [{}, { cookie: createToken() }, { cookie, bearer: cookie }]) {
      const answer = await ask('/orders/public', sent);
      expect(answer.status).toBe(200);
      expect(json(answer)).toMatchObject({ subject: null, extra: { service: 'orders' } });
      expect(answer.headers).toMatchObject({
        'x-session-user': '',
        'x-session-roles': '',
        'x-session-identity': '',
      });
    }
  });

  it('without a route only requires a session, and returns an identity for auth alone', async () => {
    const cookie = await signIn([]);
    const answer = await call(`${url}/auth/verify`, { cookie });
    expect([answer.status, decodeJwt(identityIn(answer)).aud]).toEqual([200, 'auth']);
    expect((await call(`${url}/auth/verify?x=y`, { cookie })).status).toBe(200);
    expect((await call(`${url}/auth/verify`)).status).toBe(401);
    expect(directory.asked).toEqual([]);
  });

  it('is accepted from nginx, Traefik, Envoy and gateways that clear unused headers', async () => {
    const forms: [string, string, Headers][] = [
      ['nginx', '', { 'x-original-method': 'PUT', 'x-original-uri': '/orders/a' }],
      ['Traefik', '', { 'x-forwarded-method': 'PUT', 'x-forwarded-uri': '/orders/a' }],
      ['Envoy', '/orders/a', {}],
      [
        'a gateway that clears what it does not use',
        '/orders/a',
        { 'x-original-uri': '', 'x-forwarded-method': '' },
      ],
    ];
    const cookie = await signIn();
    await eachRow(
      forms,
      async ([, path, headers]) => {
        directory.asked.length = 0;
        const method = path === '' ? 'GET' : 'PUT';
        const asked = { cookie, method, headers: { ...headers, 'x-verify-service': 'orders' } };
        expect((await call(`${url}/auth/verify${path}`, asked)).status).toBe(200);
        expect(directory.asked).toEqual([{ method: 'PUT', path: '/orders/a', service: 'orders' }]);
      },
      ([name]) => name,
    );
  });

  it('is rejected when it is incomplete, ambiguous or malformed', async () => {
    const get = { 'x-original-method': 'GET' };
    const forms: [string, string, Headers][] = [
      ['two headers', '', { ...get, 'x-original-uri': '/orders', 'x-forwarded-uri': '/orders' }],
      ['a header and the path', '/orders', { 'x-original-uri': '/orders' }],
      ['a header and the root', '/', { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/orders' }],
      ['half a form', '', { 'x-original-uri': '/orders' }],
      ['the other half', '', { 'x-forwarded-method': 'GET' }],
      ['a header twice', '', { ...get, 'x-original-uri': ['/orders', '/orders'] }],
      ['a method twice', '', { 'x-original-method': ['GET', 'GET'], 'x-original-uri': '/orders' }],
      ['an invalid method', '', { 'x-original-method': 'GET /', 'x-original-uri': '/orders' }],
      ['a path with a blank', '', { ...get, 'x-original-uri': '/orders /x' }],
      ['a path that is not ASCII', '', { ...get, 'x-original-uri': '/orders\xe9' }],
      ['a service twice', '/orders', { 'x-verify-service': ['orders', 'orders'] }],
      ['an invalid service name', '/orders', { 'x-verify-service': 'Orders' }],
      ['a service without a route', '', { 'x-verify-service': 'orders' }],
    ];
    const cookie = await signIn();
    await eachRow(
      forms,
      async ([, path, headers]) => {
        const answer = await call(`${url}/auth/verify${path}`, { cookie, headers });
        expect([answer.status, json(answer).code]).toEqual([403, 'ERR_VERIFY_UNCLEAR']);
        expect(directory.asked).toEqual([]);
      },
      ([name]) => name,
    );
  });

  it('is looked up with the path exactly as it was sent', async () => {
    const paths = [
      '/orders//1',
      '/orders/%2f..%2F',
      '/orders/../../admin',
      '/orders/./x',
      '/orders/%zz',
      '/orders/%',
      '/orders/%c3%28?x=%&y#z',
      '/orders/;a=b?c[]=d',
      '//orders',
      '/orders/' + 'x'.repeat(3_000),
      '/',
      '*',
    ];
    const cookie = await signIn();
    const { hostname, port } = new URL(url);
    await eachRow(
      paths,
      async (path) => {
        directory.asked.length = 0;
        const { status } = await callRaw({ hostname, port, path: `/auth/verify${path}`, cookie });
        expect(status).toBe(path.startsWith('/orders') ? 200 : 403);
        expect(directory.asked).toEqual([{ method: 'GET', path }]);
        await ask(path, { cookie });
        expect(directory.asked).toHaveLength(2);
        expect(directory.asked[1]).toEqual({ method: 'GET', path });
      },
      (path) => path.slice(0, 40),
    );
  });

  it('is not recognized under another spelling of the path', async () => {
    const cookie = await signIn();
    for (const path of [
      '/auth/verifying',
      '/Auth/verify',
      '/AUTH/VERIFY/orders',
      '/auth/%76erify',
    ]) {
      expect((await call(url + path, { cookie })).status).toBe(404);
    }
    expect(directory.asked).toEqual([]);
  });

  it('renews the idle timeout when it is authorized, and only then', async () => {
    const cookie = await signIn();
    const idle = `idle:{${sessionIdOf(cookie)}}`;
    const left = () => client.pttl(idle);
    await client.pexpire(idle, 60_000);
    await ask('/nowhere', { cookie });
    await ask('/stale', { cookie });
    await ask('/orders', { cookie, bearer: cookie });
    const other = await signIn(['other']);
    await client.pexpire(`idle:{${sessionIdOf(other)}}`, 60_000);
    await ask('/orders', { cookie: other });
    expect(await left()).toBeLessThanOrEqual(60_000);
    expect(await client.pttl(`idle:{${sessionIdOf(other)}}`)).toBeLessThanOrEqual(60_000);
    await ask('/orders', { cookie });
    await eventually(async () => (await left()) > 60_000);
  });

  it('encodes text in headers so that it can be decoded', async () => {
    const roles = ['orders', 'ü,%', 'a b', '\u0000\r\n', '👩'];
    const cookie = await signIn(roles, { id: 'ü 1%', username: 'ä' });
    const { headers } = await ask('/orders', { cookie });
    expect(decodeURIComponent(String(headers['x-session-user']))).toBe('ü 1%');
    const list = String(headers['x-session-roles']);
    expect(list).toMatch(/^[\x21-\x7e]+$/);
    expect(list.split(',').map(decodeURIComponent)).toEqual(roles);
  });

  it('is rejected with the re-authentication path on a route that requires a recent sign-in', async () => {
    const cookie = await signIn();
    await eventually(async () => (await ask('/orders/fresh/1ms', { cookie })).status === 403);

    const answer = await ask('/orders/fresh/1ms', { cookie });
    expect(json(answer)).toMatchObject({
      code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      reauthenticate: '/auth/reauthenticate',
    });
    expect(answer.headers['x-session-identity']).toBeUndefined();
    // For a gateway that drops the body.
    expect(answer.headers['x-session-problem']).toBe(answer.text);
    expect((await ask('/orders/fresh', { cookie })).status).toBe(200);
    const stranger = await signIn([]);
    const refused = await ask('/orders/fresh/1ms', { cookie: stranger });
    expect(json(refused)).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    expect(refused.headers['x-session-problem']).toBeUndefined();
  });

  it('with a rotated token is rejected on a route that skips the cache, and only there', async () => {
    const cookie = await signIn();
    const manager = app.get(SessionManager, { strict: false });
    await manager.rotate(sessionIdOf(cookie), {}, { grace: true });

    const answer = await ask('/orders', { cookie });
    expect(answer.status).toBe(200);
    const { exp = Infinity } = decodeJwt(String(answer.headers['x-session-identity']));
    const end = (await manager.find(sessionIdOf(cookie)))?.session.absoluteExpiresAt ?? 0;
    expect(exp * 1_000).toBeLessThanOrEqual(end);
    expect((await ask('/orders/fresh', { cookie })).status).toBe(403);
  });

  it('signs a new identity on a route that skips the cache', async () => {
    const cookie = await signIn();
    const sign = jest.spyOn(IdentitySigner.prototype, 'sign');
    await ask('/orders/fresh', { cookie });
    await ask('/orders', { cookie });
    expect(sign.mock.calls.map(([, service, options]) => [service, options])).toEqual([
      ['orders', { fresh: true }],
      ['orders', { fresh: false }],
    ]);
    sign.mockRestore();
  });

  it('has its signing keys published as a cacheable JWK set', async () => {
    await ask('/orders', { cookie: await signIn() });
    const answer = await call(`${url}/.well-known/jwks.json`);
    expect(answer.headers['content-type']).toMatch(/^application\/jwk-set\+json/);
    expect(answer.headers['cache-control']).toBe('public, max-age=15');
    const { keys } = json<{ keys: Record<string, unknown>[] }>(answer);
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
    ]);
  });

  it('is answered 503 while Redis is unreachable, as are the keys', async () => {
    const cookie = await signIn();
    await ask('/orders', { cookie });
    proxy.loseReplies();
    try {
      for (const answer of [
        await ask('/orders', { cookie }),
        await call(`${url}/.well-known/jwks.json`),
      ]) {
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(answer.headers['cache-control']).toBe('no-store');
      }
    } finally {
      proxy.cut();
    }
  });
});

/** Sends a path as it is; a URL would normalize the path. */
async function callRaw({
  cookie,
  ...options
}: {
  hostname: string;
  port: string;
  path: string;
  cookie: string;
}) {
  const sent = request({ ...options, agent: false, headers: { cookie: `__Host-sid=${cookie}` } });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode };
}
