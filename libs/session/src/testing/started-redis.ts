import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { whenReady } from '../store/redis-client';
import { patientClient } from './patient-client';

/**
 * A Redis and a client of it, for the tests of the enclosing `describe` or file. It is empty before
 * each, whatever the `beforeEach` after this call then puts there.
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
