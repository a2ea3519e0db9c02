import { setTimeout as delay } from 'node:timers/promises';
import type { RedisServer } from '../tools/redis/redis-server';
import { eventually } from '../tools/testing/eventually';
import { GuardedCluster } from './support/guarded-cluster';
import { GuardedRedis, type ServiceName } from './support/guarded-redis';
import { GuardedSentinels } from './support/guarded-sentinels';
import { call, json, tokenOf } from './support/http';
import {
  grantNearCache,
  NEAR_CACHE_RIGHTS,
  RESOURCE_SERVICES,
  revokeNearCache,
} from './support/near-cache-rights';
import { withRedis } from './support/redis-dump';
import { ADAPTERS, type Adapter, type DemoUser, System } from './support/system';

const NEAR_CACHE = { SESSION_NEAR_CACHE: 'on' };

/** A Redis whose users have the rights that the near-cache needs. */
async function grantedRedis(options?: { port: number }): Promise<GuardedRedis> {
  const redis = await GuardedRedis.start(options);
  await grantNearCache(redis.url);
  return redis;
}

const start = (adapter: Adapter, settings: NodeJS.ProcessEnv = {}) =>
  System.startOn(grantedRedis, adapter, { ...NEAR_CACHE, ...settings });

async function statusOf(system: System, service: ServiceName, cookie: string): Promise<number> {
  return (await call(system.doorOf(service), { cookie })).status;
}

/** What orders and products say to this token. */
const statuses = (system: System, cookie: string) =>
  Promise.all(RESOURCE_SERVICES.map((service) => statusOf(system, service, cookie)));

/** How often Redis was asked for a record, by whomever. */
async function readsOf(url: string): Promise<number> {
  const stats = await withRedis(url, (redis) => redis.info('commandstats'));
  return Number(/^cmdstat_get:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}

/** Waits until both services let this token in many times without a question to Redis. */
async function untilServedFromMemory(system: System, cookie: string, url = system.redis.url) {
  await eventually(async () => {
    const before = await readsOf(url);
    for (let i = 0; i < 10; i += 1) {
      if (!(await statuses(system, cookie)).every((it) => it === 200)) return false;
    }
    return (await readsOf(url)) === before;
  });
}

/** Whether a server is a master, and tells both services of changes. */
async function isTelling(url: string): Promise<boolean> {
  const [role, clients] = await withRedis(url, (redis) =>
    Promise.all([redis.role(), redis.client('LIST')]),
  );
  // B: in broadcasting mode, P: has subscribed.
  const hears = (service: ServiceName) =>
    new RegExp(`flags=(?=\\w*B)(?=\\w*P)\\w+ .*user=${service} `).test(String(clients));
  return role[0] === 'master' && RESOURCE_SERVICES.every(hears);
}

async function untilBoth(system: System, cookie: string, status: number) {
  await eventually(async () => (await statuses(system, cookie)).every((it) => it === status));
}

async function put(system: System, username: DemoUser, what: string, body: object) {
  const admin = await system.signIn('admin');
  const id = await system.userId(admin, username);
  const url = `${system.auth.url}/admin/users/${id}/${what}`;
  expect((await call(url, { method: 'PUT', cookie: admin, body })).status).toBe(200);
}

describe.each(ADAPTERS)('the near-cache, on %s', (adapter) => {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter, NEAR_CACHE);
  });
  afterAll(() => system.stop());

  describe('with the Redis users as shipped', () => {
    let token: string;

    beforeAll(async () => {
      token = await system.signIn('alice');
    });

    it('is off: every request asks Redis, and nothing else is different', async () => {
      expect(await statuses(system, token)).toEqual([200, 200]);
      const before = await readsOf(system.redis.url);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([200, 200]);
      expect(await readsOf(system.redis.url)).toBe(before + 10);
      const other = await system.signIn('alice');
      expect(await statuses(system, other)).toEqual([200, 200]);
      expect((await system.logout(other)).status).toBe(204);
      expect(await statuses(system, other)).toEqual([401, 401]);
    });

    it('says so, and what to grant', async () => {
      const advice = `Give the service's Redis user ${NEAR_CACHE_RIGHTS.join(' ')}`;
      await eventually(
        () =>
          system.output.filter((line) => line.includes(advice)).length === RESOURCE_SERVICES.length,
      );
    });

    it('is on as soon as that is granted, without a restart', async () => {
      await grantNearCache(system.redis.url);
      await untilServedFromMemory(system, token);
      expect((await system.logout(token)).status).toBe(204);
      await untilBoth(system, token, 401);
    });
  });

  describe('with the rights that it needs', () => {
    beforeAll(() => grantNearCache(system.redis.url));

    const redeem = (cookie: string, code = 'SPRING') =>
      call(`${system.orders.url}/orders/coupon`, { cookie, body: { code } });

    it('lets in without asking Redis, each by their own roles', async () => {
      const [alice, bob] = [await system.signIn('alice'), await system.signIn('bob')];
      await untilServedFromMemory(system, alice);
      expect(await statuses(system, bob)).toEqual([403, 200]);
      expect(await statuses(system, bob)).toEqual([403, 200]);
      expect(await statuses(system, 'x'.repeat(43))).toEqual([401, 401]);
    });

    it('forgets who signs out', async () => {
      const [alice, other] = [await system.signIn('alice'), await system.signIn('alice')];
      await untilServedFromMemory(system, alice);
      expect((await system.logout(alice)).status).toBe(204);
      await untilBoth(system, alice, 401);
      await untilServedFromMemory(system, other);
    });

    it('forgets a token that was replaced', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      const password = 'alice-demo-password';
      const changed = await call(`${system.auth.url}/auth/password`, {
        cookie: alice,
        body: { currentPassword: password, newPassword: password },
      });
      expect(changed.status).toBe(204);
      await untilBoth(system, alice, 401);
      await untilServedFromMemory(system, tokenOf(changed));
    });

    it('forgets roles that were taken away, and learns those that were given', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await put(system, 'alice', 'roles', { roles: ['products'] });
      await eventually(async () => (await statusOf(system, 'orders', alice)) === 403);
      expect(await statusOf(system, 'products', alice)).toBe(200);
      await put(system, 'alice', 'roles', { roles: ['orders', 'products'] });
      await untilServedFromMemory(system, alice);
    });

    it('forgets who is banned', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await put(system, 'alice', 'disabled', { disabled: true });
      await untilBoth(system, alice, 401);
      await put(system, 'alice', 'disabled', { disabled: false });
    });

    it('asks Redis where state changes, which so refuses at once', async () => {
      const carol = await system.signIn('carol');
      await untilServedFromMemory(system, carol);
      const { orders, products } = system;
      const changes = [
        {
          url: `${orders.url}/orders`,
          body: { productId: 'tea', quantity: 1 },
          status: 201,
          reads: 1,
        },
        // An addition looks once more whether the session still is what it was.
        { url: `${orders.url}/orders/coupon`, body: { code: 'SPRING' }, status: 204, reads: 2 },
        {
          url: `${products.url}/products`,
          body: { name: 'Tea pot', price: 3450 },
          status: 403,
          reads: 1,
        },
      ];
      for (const { url, body, status, reads } of changes) {
        const before = await readsOf(system.redis.url);
        expect((await call(url, { cookie: carol, body })).status).toBe(status);
        expect(await readsOf(system.redis.url)).toBe(before + reads);
      }
      await put(system, 'carol', 'roles', { roles: [] });
      for (const { url, body } of changes) {
        expect((await call(url, { cookie: carol, body })).status).toBe(403);
      }
      expect((await system.logout(carol)).status).toBe(204);
      for (const { url, body } of changes) {
        expect((await call(url, { cookie: carol, body })).status).toBe(401);
      }
    });

    it('does not keep a service from adding to a session, nor another from reading that', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      expect((await redeem(alice)).status).toBe(204);
      expect((await redeem(alice, 'WELCOME')).status).toBe(409);
      const offers = await call(`${system.products.url}/products/offers`, { cookie: alice });
      expect(json<object[]>(offers)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
      await untilServedFromMemory(system, alice);
    });

    it('asks Redis again when they are taken away, and nothing else is different', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await revokeNearCache(system.redis.url);
      await eventually(async () => {
        const before = await readsOf(system.redis.url);
        expect(await statuses(system, alice)).toEqual([200, 200]);
        return (await readsOf(system.redis.url)) === before + 2;
      });
      expect((await system.logout(alice)).status).toBe(204);
      expect(await statuses(system, alice)).toEqual([401, 401]);
      await grantNearCache(system.redis.url);
    });
  });

  describe('without Redis', () => {
    let token: string;
    let restarted: GuardedRedis | undefined;

    beforeAll(async () => {
      token = await system.signIn('alice');
      await untilServedFromMemory(system, token);
    });
    afterAll(async () => {
      system.redis.kill('SIGCONT');
      await restarted?.stop();
    });

    it('is 503 before long where Redis does not say a word, and stays so', async () => {
      system.redis.kill('SIGSTOP');
      await untilBoth(system, token, 503);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([503, 503]);
      system.redis.kill('SIGCONT');
      await untilServedFromMemory(system, token);
    });

    it('is 503 before long where Redis has ended, and stays so', async () => {
      await system.redis.stop();
      await untilBoth(system, token, 503);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([503, 503]);
    });

    it('lets in nobody whom a Redis does not know that is back without its sessions', async () => {
      restarted = await grantedRedis({ port: system.redis.port });
      await untilBoth(system, token, 401);
      let again = '';
      await eventually(async () => {
        const login = await system.login('alice', 'alice-demo-password');
        again = /__Host-sid=([\w-]{43})/.exec(login.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
        return again !== '';
      });
      await untilServedFromMemory(system, again, restarted.url);
      expect((await system.logout(again)).status).toBe(204);
      await untilBoth(system, again, 401);
    });
  });
});

describe.each(ADAPTERS)('timeouts with the near-cache, on %s', (adapter) => {
  const IDLE = 3_000;
  let system: System;

  beforeAll(async () => {
    system = await start(adapter, {
      SESSION_IDLE_TIMEOUT: `${IDLE}ms`,
      SESSION_ABSOLUTE_TIMEOUT: '10s',
    });
  });
  afterAll(() => system.stop());

  it('end a session that nobody uses', async () => {
    const token = await system.signIn('alice');
    await untilServedFromMemory(system, token);
    await delay(IDLE + 100);
    expect(await statuses(system, token)).toEqual([401, 401]);
  });

  it('keep a session that is used, but not past its absolute timeout', async () => {
    const signedInAt = performance.now();
    const token = await system.signIn('alice');
    while (performance.now() - signedInAt < 2 * IDLE) {
      expect(await statusOf(system, 'orders', token)).toBe(200);
      await delay(200);
    }
    // Products hears of it now, and could not if orders had kept the use to itself.
    expect(await statusOf(system, 'products', token)).toBe(200);
    await untilBoth(system, token, 401);
    expect(await statusOf(system, 'auth', token)).toBe(401);
  });
});

describe.each<[string, number, () => Promise<GuardedSentinels | GuardedCluster>]>([
  ['behind Sentinels', 1, () => GuardedSentinels.start()],
  ['as a Cluster', 3, () => GuardedCluster.start()],
])('the near-cache, with Redis %s', (_, masters, startRedis) => {
  let system: System<GuardedSentinels | GuardedCluster>;

  beforeAll(async () => {
    const startGranted = async () => {
      const redis = await startRedis();
      await grantNearCache(...redis.servers.map((server) => redis.urlOf(server)));
      return redis;
    };
    system = await System.startOn(startGranted, 'fastify', NEAR_CACHE);
  }, 60_000);
  afterAll(() => system.stop());

  const url = (path: string) => system.orders.url + path;
  const orders = (cookie: string) => call(url('/orders'), { cookie });

  /** Waits until there are all the masters, and each tells both services of changes. */
  const untilTold = (servers: readonly RedisServer[]) =>
    eventually(async () => {
      const urls = servers.map((server) => system.redis.urlOf(server));
      const telling = await Promise.all(urls.map(isTelling));
      return telling.filter(Boolean).length === masters;
    });

  it('is told of changes by every master, and refuses who signed out', async () => {
    await untilTold(system.redis.servers);
    const tokens = [];
    // On a Cluster they lie on different masters.
    for (let i = 0; i < 6; i += 1) tokens.push(await system.signIn('alice'));
    for (let i = 0; i < 3; i += 1) {
      for (const token of tokens) expect((await orders(token)).status).toBe(200);
    }
    for (const token of tokens) {
      expect((await system.logout(token)).status).toBe(204);
      expect((await call(url('/orders/coupon'), { cookie: token, body: {} })).status).toBe(401);
      await eventually(async () => (await orders(token)).status === 401);
    }
    expect(system.output.filter((line) => line.includes('near-cache is off'))).toEqual([]);
  });

  it('has sent nothing that its users may not', async () => {
    const { redis } = system;
    for (const server of redis.servers) {
      const log = await withRedis(redis.urlOf(server), (client) => client.acl('LOG'));
      const refused = (log as string[][]).map((entry) => entry[entry.indexOf('object') + 1] ?? '');
      // What clients send by themselves, and do without.
      const spared = ['readonly', 'readwrite', 'client|setinfo'];
      expect(refused.filter((object) => !spared.includes(object))).toEqual([]);
    }
  });

  it('goes on without a restart when a master dies, and lets nobody back in', async () => {
    const [gone, alive] = [await system.signIn('alice'), await system.signIn('alice')];
    expect((await orders(gone)).status).toBe(200);
    await system.logout(gone);
    const { master } = system.redis;
    master.kill('SIGKILL');
    await master.exited;

    await eventually(async () => {
      const [out, inside] = [await orders(gone), await orders(alive)];
      expect([401, 503]).toContain(out.status);
      expect([200, 503]).toContain(inside.status);
      return out.status === 401 && inside.status === 200;
    });
    await untilTold(system.redis.servers.filter((it) => it !== master));
    await eventually(async () => (await system.logout(alive)).status === 204);
    await eventually(async () => (await orders(alive)).status === 401);
  });
});
