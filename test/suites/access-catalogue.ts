import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../tools/repository-root';
import { eventually } from '../../tools/testing/eventually';
import type { ServiceName } from '../support/guarded-redis';
import { call, json } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { sharedSystem } from '../support/shared-systems';
import { type Adapter, type System } from '../support/system';

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

/** Returns the requirement of a route in short form. */
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
    'GET /admin/sessions': 'admin',
    'DELETE /admin/sessions': 'admin',
    'DELETE /admin/sessions/:id': 'admin',
    'GET /admin/events/ended': 'admin',
    'GET /admin/events': 'admin',
    'GET /admin/services': 'admin',
    'GET /admin/health': 'admin',
    'GET /admin/activity': 'admin',
    'GET /admin/services/access': 'admin',
    ...Object.fromEntries(
      ['', '/account', '/overview', '/sessions', '/ended', '/users', '/users/:username']
        .concat('/services', '/health', '/icon.svg', '/assets/:name', '/:place', '/:place/:part')
        .map((place) => [`GET /sessions${place}`, 'public']),
    ),
    'GET /auth/verify': 'public',
    'GET /.well-known/jwks.json': 'public',
  },
  orders: {
    ...HEALTH,
    'POST /orders/coupon': 'session',
    'GET /orders/stream': 'session',
    'GET /orders/live': 'session',
    'GET /orders': 'session',
    'GET /orders/:id': 'session',
    'DELETE /orders/:id': 'orders:write',
    'POST /orders': 'orders:write',
    'GET /try': 'public',
    'GET /try/page.css': 'public',
    'GET /try/:script': 'public',
  },
  products: {
    ...HEALTH,
    'GET /products/offers': 'session',
    'GET /products': 'session',
    'GET /products/:id': 'session',
    'POST /products': 'products:write',
  },
};

/** The list of services as a new administrator sees it. */
class ServiceList {
  private constructor(
    readonly url: string,
    private readonly admin: string,
  ) {}

  static async of(system: System): Promise<ServiceList> {
    return new ServiceList(`${system.auth.url}/admin/services`, await system.signInLike('admin'));
  }

  async all(): Promise<ListedService[]> {
    return json<ListedService[]>(await call(this.url, { cookie: this.admin }));
  }

  async of(name: ServiceName): Promise<ListedService | undefined> {
    return (await this.all()).find(({ service }) => service === name);
  }

  untilState(name: ServiceName, state: ListedService['state']): Promise<void> {
    return eventually(async () => (await this.of(name))?.state === state);
  }
}

export function accessCatalogue(adapter: Adapter): void {
  describe(`the list of services, on ${adapter}`, () => {
    let system: System;
    let list: ServiceList;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      list = await ServiceList.of(system);
    });

    it('is available to administrators only', async () => {
      expect((await call(list.url)).status).toBe(401);
      expect((await call(list.url, { cookie: await system.signInLike('carol') })).status).toBe(403);
    });

    it('matches the documented API of auth', async () => {
      const page = await readFile(join(repositoryRoot, 'docs/reference/auth-api.md'), 'utf8');
      const listed = [...page.matchAll(/^\| `([A-Z]+ \/[^ `]+)` /gm)].map(([, route]) => route);
      expect(listed.sort()).toEqual(Object.keys(DEMANDS.auth).sort());
    });

    it('shows exactly the routes of each service, with their requirements', async () => {
      await eventually(async () => (await list.all()).every(({ state }) => state === 'up'));
      const services = await list.all();
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

    it('marks routes that services share, and marks no route as unsupported', async () => {
      const [auth] = await list.all();
      const shared = auth?.routes.filter(({ alsoIn }) => alsoIn.length > 0);
      expect(shared?.map(({ path, alsoIn }) => [path, alsoIn])).toEqual([
        ['/health/live', ['orders', 'products']],
        ['/health/ready', ['orders', 'products']],
      ]);
      const routes = (await list.all()).flatMap((it) => it.routes);
      expect(routes.filter(({ isUnsupported }) => isUnsupported)).toEqual([]);
    });

    it('stores no catalogue without an expiry', async () => {
      for (const service of ['auth', 'orders', 'products']) {
        const left = await withRedis(system.redis.url, (redis) => redis.pttl(`access:${service}`));
        expect(left).toBeGreaterThan(0);
      }
    });
  });
}

/** Tests the list when services end. They are restarted, in a system that is not shared. */
export function accessCatalogueAfterRestarts(adapter: Adapter, systemOf: () => System): void {
  describe(`the list of services, when a service stops, on ${adapter}`, () => {
    let system: System;
    let list: ServiceList;

    beforeAll(async () => {
      system = systemOf();
      list = await ServiceList.of(system);
    });

    it('shows a dead service as stale until it restarts', async () => {
      system.orders.kill('SIGKILL');
      await system.orders.exited;
      // Simulates an end 91 s ago: the age is derived from the time to live.
      await withRedis(system.redis.url, async (redis) => {
        await redis.pexpire('access:orders', (await redis.pttl('access:orders')) - 91_000);
      });
      await list.untilState('orders', 'stale');
      expect((await list.of('orders'))?.routes.length).toBeGreaterThan(0);
      expect((await list.of('products'))?.state).toBe('up');
      const before = (await list.of('orders'))?.publishedAt ?? '';

      await system.startAgain('orders');
      await list.untilState('orders', 'up');
      expect((await list.of('orders'))?.publishedAt.localeCompare(before)).toBe(1);
    });

    it('replaces the whole catalogue of an earlier release', async () => {
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
      await eventually(async () => (await list.of('products'))?.routes.length === 1);

      await system.startAgain('products');
      await eventually(async () => (await list.of('products'))?.routes.length !== 1);
      const routes = (await list.of('products'))?.routes ?? [];
      expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
        Object.keys(DEMANDS.products).sort(),
      );
    });

    it('shows a service without a catalogue as missing, with no routes', async () => {
      await system.products.stop();
      await withRedis(system.redis.url, (redis) => redis.del('access:products'));
      await list.untilState('products', 'missing');
      expect(await list.of('products')).toMatchObject({ router: null, routes: [] });
      await system.startAgain('products');
      await list.untilState('products', 'up');
    });
  });
}
