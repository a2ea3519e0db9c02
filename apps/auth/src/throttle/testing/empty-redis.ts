import { createRedisClient, whenReady } from 'nest-sessions/redis';
import type { Redis } from 'ioredis';
import { PATIENCE, patiently } from '../../../../../tools/redis/patience';
import { RedisServer } from '../../../../../tools/redis/redis-server';
import { workerServers } from '../../../../../tools/testing/worker-servers';

interface EmptyRedis {
  readonly client: Redis;
}

/** Returns a client of the worker's Redis, which is empty before each test of the enclosing `describe`. */
export function emptyRedis(): EmptyRedis {
  return clientOf(async () => ({ server: await workerServers().redis(), stop: () => undefined }));
}

/**
 * Returns a client of a Redis that the tests of the enclosing `describe` may configure; empty before each
 * test.
 */
export function ownRedis(): EmptyRedis {
  return clientOf(async () => {
    const server = await RedisServer.start();
    return { server, stop: () => server.stop() };
  });
}

interface Started {
  readonly server: RedisServer;
  stop(): unknown;
}

function clientOf(start: () => Promise<Started>): EmptyRedis {
  let started: Started;
  let client: Redis;

  beforeAll(async () => {
    started = await start();
    client = createRedisClient(patiently(started.server.url));
    await whenReady(client, PATIENCE);
  });
  beforeEach(() => client.flushall());
  afterAll(async () => {
    client.disconnect();
    await started.stop();
  });

  return {
    get client() {
      return client;
    },
  };
}
