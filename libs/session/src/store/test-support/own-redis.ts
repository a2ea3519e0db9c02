import type { Redis } from 'ioredis';
import { RedisServer, type RedisServerOptions } from '../../../../../tools/redis/redis-server.js';
import { patientClient } from '../../../test-support/patient-client.js';
import type { startedRedis } from '../../../test-support/started-redis.js';
import { whenReady } from '../redis-client.js';

/**
 * Starts a Redis with a client only for the tests of the enclosing `describe` or file, where the worker's
 * Redis ({@link startedRedis}) does not suffice. It is empty before each test.
 */
export function ownRedis(options: RedisServerOptions = {}): ReturnType<typeof startedRedis> {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start(options);
    client = patientClient(server.url);
    await whenReady(client, 10_000);
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
