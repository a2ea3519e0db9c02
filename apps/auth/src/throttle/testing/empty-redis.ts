import { createRedisClient, whenReady } from '@app/session';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../../tools/redis/redis-server';

/** How long a command may take on a machine that does much else: no test here is about that (ms). */
const PATIENCE = 10_000;

/** A client of a Redis that is empty before each test of the enclosing `describe`. */
export function emptyRedis(): { readonly client: Redis } {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createRedisClient(`${server.url}?commandTimeout=${PATIENCE}`);
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
