import { eventually } from '../tools/testing/eventually';
import type { ServiceName } from './support/guarded-redis';
import { call, json } from './support/http';
import { withRedis } from './support/redis-dump';
import { ADAPTERS, System } from './support/system';

interface ListedService {
  service: string;
  state: 'up' | 'stale' | 'missing';
  router: string;
  requiredRole: string | null;
  publishedAt: string;
  seenAt: string;
  routes: {
    method: string;
    path: string;
    isPublic: boolean;
    anyOf: string[];
    isUnsupported: boolean;
    alsoIn: string[];
  }[];
}

/** What a route demands, in a word. */
function demandOf({ isPublic, anyOf }: ListedService['routes'][number]): string {
  if (isPublic) return 'public';
  return anyOf.length === 0 ? 'session' : anyOf.join(' or ');
}

const HEALTH = { 'GET /health/live': 'public', 'GET /health/ready': 'public' };

const DEMANDS: Record<ServiceName, Record<string, string>> = {
  auth: {
    ...HEALTH,
    'POST /auth/login': 'public',
    'POST /auth/logout': 'public',
    'GET /auth/session': 'session',
    'GET /auth/sessions': 'session',
    'DELETE /auth/sessions/:id': 'session',
    'DELETE /auth/sessions': 'session',
    'POST /auth/password': 'session',
    'POST /auth/reauthenticate': 'session',
    'GET /admin/users': 'admin',
    'POST /admin/users': 'admin',
    'PUT /admin/users/:id/roles': 'admin',
    'PUT /admin/users/:id/disabled': 'admin',
    'GET /admin/users/:id/sessions': 'admin',
    'DELETE /admin/users/:id/sessions': 'admin',
    'GET /admin/events': 'admin',
    'GET /admin/services': 'admin',
    'GET /auth/verify': 'public',
    'GET /.well-known/jwks.json': 'public',
  },
  orders: {
    ...HEALTH,
    'POST /orders/coupon': 'session',
    'GET /orders': 'session',
    'GET /orders/:id': 'session',
    'DELETE /orders/:id': 'orders:write',
    'POST /orders': 'orders:write',
  },
  products: {
    ...HEALTH,
    'GET /products/offers': 'session',
    'GET /products': 'session',
    'GET /products/:id': 'session',
    'POST /products': 'products:write',
  },
};

describe.each(ADAPTERS)('the list of services, on %s', (adapter) => {
  let system: System;
  let admin: string;

  beforeAll(async () => {
    system = await System.start(adapter);
    admin = await system.signIn('admin');
  });
  afterAll(() => system.stop());

  const url = () => `${system.auth.url}/admin/services`;
  const listed = async () => json<ListedService[]>(await call(url(), { cookie: admin }));
  const serviceOf = async (name: ServiceName) =>
    (await listed()).find(({ service }) => service === name);
  const untilState = (name: ServiceName, state: ListedService['state']) =>
    eventually(async () => (await serviceOf(name))?.state === state);

  it('is closed to everybody else', async () => {
    expect((await call(url())).status).toBe(401);
    expect((await call(url(), { cookie: await system.signIn('carol') })).status).toBe(403);
  });

  it('shows each route of each service with what it demands, and nothing that is not one', async () => {
    await eventually(async () => (await listed()).every(({ state }) => state === 'up'));
    const services = await listed();
    const demands = services.map(({ service, routes }) => [
      service,
      Object.fromEntries(routes.map((it) => [`${it.method} ${it.path}`, demandOf(it)])),
    ]);
    expect(Object.fromEntries(demands)).toEqual(DEMANDS);
    expect(services.map((it) => [it.service, it.router, it.requiredRole])).toEqual([
      ['auth', adapter, null],
      ['orders', adapter, 'orders'],
      ['products', adapter, 'products'],
    ]);
  });

  it('shows what more than one service has, and what is not understood', async () => {
    const [auth] = await listed();
    const shared = auth?.routes.filter(({ alsoIn }) => alsoIn.length > 0);
    expect(shared?.map(({ path, alsoIn }) => [path, alsoIn])).toEqual([
      ['/health/live', ['orders', 'products']],
      ['/health/ready', ['orders', 'products']],
    ]);
    const routes = (await listed()).flatMap((it) => it.routes);
    expect(routes.filter(({ isUnsupported }) => isUnsupported)).toEqual([]);
  });

  it('has a service that died go stale, and come back', async () => {
    system.orders.kill('SIGKILL');
    await system.orders.exited;
    // As if it had died 91 s ago.
    const seenAt = Date.now() - 91_000;
    await withRedis(system.redis.url, (redis) => redis.hset('access:orders', 'seenAt', seenAt));
    await untilState('orders', 'stale');
    expect((await serviceOf('orders'))?.routes.length).toBeGreaterThan(0);
    expect((await serviceOf('products'))?.state).toBe('up');
    const before = (await serviceOf('orders'))?.publishedAt ?? '';

    await system.startAgain('orders');
    await untilState('orders', 'up');
    expect((await serviceOf('orders'))?.publishedAt.localeCompare(before)).toBe(1);
  });

  it('replaces what a release before has published, as a whole', async () => {
    await system.products.stop();
    const old = { method: 'GET', path: '/products/old', isConditional: false, isPublic: true };
    const catalogue = JSON.stringify({
      v: 1,
      service: 'products',
      version: '0.0.1',
      router: adapter,
      routes: [{ ...old, anyOf: [], isFresh: false }],
    });
    await withRedis(system.redis.url, (redis) =>
      redis.hset('access:products', 'catalogue', catalogue),
    );
    await eventually(async () => (await serviceOf('products'))?.routes.length === 1);

    await system.startAgain('products');
    await eventually(async () => (await serviceOf('products'))?.routes.length !== 1);
    const routes = (await serviceOf('products'))?.routes ?? [];
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      Object.keys(DEMANDS.products).sort(),
    );
  });

  it('shows a service of which nothing is known, and leaves it closed', async () => {
    await system.products.stop();
    await withRedis(system.redis.url, (redis) => redis.del('access:products'));
    await untilState('products', 'missing');
    expect(await serviceOf('products')).toMatchObject({ router: null, routes: [] });
    await system.startAgain('products');
    await untilState('products', 'up');
  });

  it('leaves nothing in Redis that has no end', async () => {
    for (const service of ['auth', 'orders', 'products']) {
      const left = await withRedis(system.redis.url, (redis) => redis.pttl(`access:${service}`));
      expect(left).toBeGreaterThan(0);
    }
  });
});
