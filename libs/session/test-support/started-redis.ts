import type { Redis } from 'ioredis';
import type { RedisServer } from '../../../tools/redis/redis-server.js';
import { workerServers } from '../../../tools/testing/worker-servers.js';
import { whenReady } from '../src/store/redis-client.js';
import { patientClient } from './patient-client.js';

/**
 * The worker's Redis and a client of it, for the tests of the enclosing `describe` or file. Redis is emptied
 * before each test, and before every `beforeEach` that follows this call.
 */
export function startedRedis(): {
  readonly server: RedisServer;
  readonly url: string;
  readonly client: Redis;
} {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await workerServers().redis();
    client = patientClient(server.url);
    await whenReady(client, 10_000);
  });

  beforeEach(async () => {
    await client.flushall();
  });

  afterAll(() => {
    client.disconnect();
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
