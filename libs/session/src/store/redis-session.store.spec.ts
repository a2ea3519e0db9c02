import { Cluster, type Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { eventually } from '../testing/eventually';
import { createRedisClient, safeRedisOptions, whenReady } from './redis-client';
import { RedisIssuerSessionStore } from './redis-issuer-session.store';
import { RedisSessionStore } from './redis-session.store';
import { describeSessionStores, type SessionStores } from './testing/session-store.contract';

async function emptyStores(client: Redis | Cluster): Promise<SessionStores> {
  await client.flushall();
  return {
    store: new RedisSessionStore(client, 60_000),
    issuer: new RedisIssuerSessionStore(client),
  };
}

describe('on a standalone Redis', () => {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createRedisClient(server.url);
    await whenReady(client, 10_000);
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  describeSessionStores('Redis', () => emptyStores(client));
});

/** One node that holds every slot refuses, as any cluster does, what spans two slots. */
describe('on a Redis Cluster', () => {
  let server: RedisServer;
  let client: Cluster;

  beforeAll(async () => {
    server = await RedisServer.start({
      cluster: true,
      args: ['--cluster-announce-ip', '127.0.0.1'],
    });
    const node = createRedisClient(server.url);
    await whenReady(node, 10_000);
    await node.cluster('ADDSLOTSRANGE', 0, 16_383);
    await eventually(async () => (await node.cluster('INFO')).includes('cluster_state:ok'));
    node.disconnect();
    client = new Cluster([{ host: '127.0.0.1', port: server.port }], {
      enableOfflineQueue: false,
      redisOptions: safeRedisOptions(),
    });
    await whenReady(client, 10_000);
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  describeSessionStores('Redis Cluster', () => emptyStores(client));
});
