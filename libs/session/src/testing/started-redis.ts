import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { createRedisClient, whenReady } from '../store/redis-client';

/** How long a command may take on a machine that does much else: no test here is about time (ms). */
const PATIENCE = 10_000;

/**
 * A Redis and a client of it, for the tests of the enclosing `describe` or file. It is empty before
 * each, whatever the `beforeEach` after this call then puts there.
 *
 * The client is as safe as any, but patient. Tests of a Redis that is slow make their own.
 */
export function startedRedis(): {
  readonly server: RedisServer;
  readonly url: string;
  readonly client: Redis;
} {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createRedisClient({
      host: '127.0.0.1',
      port: server.port,
      commandTimeout: PATIENCE,
      socketTimeout: PATIENCE,
    });
    await whenReady(client, PATIENCE);
  });

  beforeEach(async () => {
    await client.flushall();
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  return {
    get server() {
      return server;
    },
    get url() {
      return server.url;
    },
    get client() {
      return client;
    },
  };
}
