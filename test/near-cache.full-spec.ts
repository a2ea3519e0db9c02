import type { RedisServer } from '../tools/redis/redis-server';
import { eventually } from '../tools/testing/eventually';
import { GuardedCluster } from './support/guarded-cluster';
import type { ServiceName } from './support/guarded-redis';
import { GuardedSentinels } from './support/guarded-sentinels';
import { call } from './support/http';
import { grantNearCache, RESOURCE_SERVICES } from './support/near-cache-rights';
import { nearCacheSuite } from './support/near-cache.suite';
import { NEAR_CACHE } from './support/near-cached-system';
import { withRedis } from './support/redis-dump';
import { System } from './support/system';

/** Whether a server is a master, and sends invalidations to both services. */
async function isTelling(url: string): Promise<boolean> {
  const [role, clients] = await withRedis(url, (redis) =>
    Promise.all([redis.role(), redis.client('LIST')]),
  );
  // B: broadcasting mode, P: subscribed.
  const hears = (service: ServiceName) =>
    new RegExp(`flags=(?=\\w*B)(?=\\w*P)\\w+ .*user=${service} `).test(String(clients));
  return role[0] === 'master' && RESOURCE_SERVICES.every(hears);
}

describe('the near-cache, on fastify', () => {
  nearCacheSuite('fastify');
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

  /** Waits until all masters are up and each sends invalidations to both services. */
  const untilTold = (servers: readonly RedisServer[]) =>
    eventually(async () => {
      const urls = servers.map((server) => system.redis.urlOf(server));
      const telling = await Promise.all(urls.map(isTelling));
      return telling.filter(Boolean).length === masters;
    });

  it('receives invalidations from every master, and rejects a session after a sign-out', async () => {
    await untilTold(system.redis.servers);
    const tokens = [];
    // On a Cluster the sessions are on different masters.
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

  it('sends only commands that its Redis users may run', async () => {
    const { redis } = system;
    for (const server of redis.servers) {
      const log = await withRedis(redis.urlOf(server), (client) => client.acl('LOG'));
      const refused = (log as string[][]).map((entry) => entry[entry.indexOf('object') + 1] ?? '');
      // Commands that clients send by themselves and do not need.
      const spared = ['readonly', 'readwrite', 'client|setinfo'];
      expect(refused.filter((object) => !spared.includes(object))).toEqual([]);
    }
  });

  it('recovers from a dead master without a restart, and revives no revoked session', async () => {
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
