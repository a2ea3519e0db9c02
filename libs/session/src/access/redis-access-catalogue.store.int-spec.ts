import type { Cluster, Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses';
import { RedisCluster } from '../../../../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import { createRedisClient, type RedisTarget, whenReady } from '../store/redis-client';
import { SessionCounters } from '../store/session-counters';
import { type AccessCatalogue, encodeAccessCatalogue } from './access-catalogue';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store';
import { patientClient } from '../testing/patient-client';

const DAY = 24 * 60 * 60 * 1_000;

const catalogueWith = (...paths: string[]): AccessCatalogue => ({
  service: 'orders',
  router: 'express',
  routes: paths.map((path) => ({
    method: 'GET',
    path,
    isConditional: false,
    isPublic: false,
    anyOf: [],
    isFresh: false,
  })),
});

async function standalone() {
  const server = await RedisServer.start();
  const target: RedisTarget = server.url;
  return { target, stop: () => server.stop() };
}

async function sentinels() {
  const group = await RedisSentinels.start();
  const target: RedisTarget = { sentinels: nodeAddresses(group.nodes), name: SENTINEL_NAME };
  return { target, stop: () => group.stop() };
}

async function cluster() {
  const nodes = await RedisCluster.start();
  const target: RedisTarget = { nodes: nodeAddresses(nodes.nodes) };
  return { target, stop: () => nodes.stop() };
}

describe.each([
  ['standalone', standalone],
  ['behind Sentinels', sentinels],
  ['as a Cluster', cluster],
])('catalogues in Redis %s', (_, start) => {
  let topology: Awaited<ReturnType<typeof start>>;
  let client: Redis | Cluster;
  let counters: SessionCounters;
  let store: RedisAccessCatalogueStore;

  beforeAll(async () => {
    topology = await start();
    client = patientClient(topology.target);
    expect(await whenReady(client, 10_000)).toBeNull();
  }, 60_000);
  afterAll(async () => {
    client.disconnect();
    await topology.stop();
  });

  beforeEach(async () => {
    await client.del('access:orders');
    counters = new SessionCounters();
    store = new RedisAccessCatalogueStore(client, counters);
  });

  it('are found as they were published', async () => {
    expect(await store.find('orders')).toBeNull();
    await store.publish(catalogueWith('/a', '/b'));
    const found = await store.find('orders');
    expect(found?.catalogue).toEqual(catalogueWith('/a', '/b'));
    expect(found?.seenAt).toBe(found?.publishedAt);
    expect(found?.publishedAt).toBeLessThanOrEqual(Date.now());
    expect(await store.find('products')).toBeNull();
  });

  it('are replaced as a whole, and found as one object while they stay', async () => {
    await store.publish(catalogueWith('/a', '/b'));
    const first = await store.find('orders');
    await store.keepAlive('orders');
    expect((await store.find('orders'))?.catalogue).toBe(first?.catalogue);
    await store.publish(catalogueWith('/c'));
    expect((await store.find('orders'))?.catalogue).toEqual(catalogueWith('/c'));
  });

  it('are kept alive where there is one, and never made by that', async () => {
    expect(await store.keepAlive('orders')).toBe(false);
    expect(await client.exists('access:orders')).toBe(0);
    await store.publish(catalogueWith('/a'));
    await client.hset('access:orders', 'seenAt', 1);
    expect(await store.keepAlive('orders')).toBe(true);
    const found = await store.find('orders');
    expect(found?.seenAt).toBeGreaterThanOrEqual(found?.publishedAt ?? NaN);
  });

  it('are published again when only the sign of life is left', async () => {
    await client.hset('access:orders', 'seenAt', Date.now());
    expect(await store.keepAlive('orders')).toBe(false);
    expect(await store.find('orders')).toBeNull();
  });

  it('have an end a day after the service was seen', async () => {
    const left = () => client.pttl('access:orders');
    await store.publish(catalogueWith('/a'));
    expect(await left()).toBeGreaterThan(DAY - 60_000);
    await client.pexpire('access:orders', 60_000);
    await store.keepAlive('orders');
    expect(await left()).toBeGreaterThan(DAY - 60_000);
    await client.persist('access:orders');
    await store.publish(catalogueWith('/a'));
    expect(await left()).toBeGreaterThan(0);
  });

  it.each<[what: string, fields: Record<string, string>]>([
    ['no JSON', { catalogue: '{', publishedAt: '1', seenAt: '1' }],
    ['another version', { catalogue: '{"v":2}', publishedAt: '1', seenAt: '1' }],
    [
      'the catalogue of another service',
      {
        catalogue: encodeAccessCatalogue({ ...catalogueWith(), service: 'auth' }),
        publishedAt: '1',
        seenAt: '1',
      },
    ],
    ['no time', { catalogue: encodeAccessCatalogue(catalogueWith()), publishedAt: '1' }],
    [
      'no number',
      { catalogue: encodeAccessCatalogue(catalogueWith()), publishedAt: '1', seenAt: '1e3' },
    ],
  ])('are none, and counted once, with %s', async (__, fields) => {
    await client.hset('access:orders', fields);
    expect(await store.find('orders')).toBeNull();
    expect(await store.find('orders')).toBeNull();
    expect(counters.malformedRecords).toBe(1);
  });

  it('are none where something else has their key', async () => {
    await client.set('access:orders', 'x', 'PX', 60_000);
    expect(await store.find('orders')).toBeNull();
    await expect(store.publish(catalogueWith())).rejects.toThrow(SessionStoreUnavailableError);
    await expect(store.keepAlive('orders')).rejects.toThrow(SessionStoreUnavailableError);
  });

  it('are unknown while Redis is away', async () => {
    const away = createRedisClient(topology.target);
    await whenReady(away, 10_000);
    away.disconnect();
    const closed = new RedisAccessCatalogueStore(away);
    await expect(closed.find('orders')).rejects.toThrow(SessionStoreUnavailableError);
    await expect(closed.publish(catalogueWith())).rejects.toThrow(SessionStoreUnavailableError);
    await expect(closed.keepAlive('orders')).rejects.toThrow(SessionStoreUnavailableError);
  });
});
