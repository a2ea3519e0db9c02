import { createRedisClient, whenReady } from '@app/session';
import type { Redis } from 'ioredis';
import { PATIENCE, patiently } from '../../../../../tools/redis/patience';
import { RedisServer } from '../../../../../tools/redis/redis-server';

/** A client of a Redis that is empty before each test of the enclosing `describe`. */
export function emptyRedis(): { readonly client: Redis } {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createRedisClient(patiently(server.url));
    await whenReady(client, PATIENCE);
  });
  beforeEach(() => client.flushall());
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  return {
    get client() {
      return client;
    },
  };
}
