import { Cluster, type Redis } from 'ioredis';
import { RedisCluster } from '../../../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../../../tools/redis/redis-sentinels';
import { RedisServer } from '../../../tools/redis/redis-server';
import { RedisSessionEventLog } from './events/redis-session-event.log';
import { describeSessionEventLog } from './events/testing/session-event-log.contract';
import { createRedisClient, type RedisTarget, whenReady } from './store/redis-client';
import { RedisIssuerSessionStore } from './store/redis-issuer-session.store';
import { RedisSessionStore } from './store/redis-session.store';
import { describeSessionStores } from './store/testing/session-store.contract';

interface Topology {
  target: RedisTarget;
  stop: () => Promise<void>;
}

async function standalone(): Promise<Topology> {
  const server = await RedisServer.start();
  return { target: server.url, stop: () => server.stop() };
}

async function sentinels(): Promise<Topology> {
  const group = await RedisSentinels.start();
  const target = { sentinels: addresses(group.nodes), name: SENTINEL_NAME };
  return { target, stop: () => group.stop() };
}

async function cluster(): Promise<Topology> {
  const nodes = await RedisCluster.start();
  return { target: { nodes: addresses(nodes.nodes) }, stop: () => nodes.stop() };
}

describe.each([
  ['standalone', standalone],
  ['behind Sentinels', sentinels],
  ['as a Cluster', cluster],
])('Redis %s', (_, start) => {
  let topology: Topology;
  let client: Redis | Cluster;

  beforeAll(async () => {
    topology = await start();
    client = createRedisClient(topology.target);
    expect(await whenReady(client, 10_000)).toBeNull();
  }, 60_000);

  afterAll(async () => {
    client.disconnect();
    await topology.stop();
  });

  const flush = async () => {
    const masters = client instanceof Cluster ? client.nodes('master') : [client];
    await Promise.all(masters.map((master) => master.flushall()));
  };

  describeSessionStores('in Redis', async () => {
    await flush();
    return {
      store: new RedisSessionStore(client, 60_000),
      issuer: new RedisIssuerSessionStore(client, { services: ['orders', 'products'] }),
    };
  });

  describeSessionEventLog('in Redis', async () => {
    await flush();
    return new RedisSessionEventLog(client);
  });
});

function addresses(nodes: string): { host: string; port: number }[] {
  return nodes.split(',').map((node) => {
    const [host = '', port] = node.split(':');
    return { host, port: Number(port) };
  });
}
