import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { patientClient } from '../../test-support/patient-client.js';
import { whenReady } from '../store/redis-client.js';
import { EITHER_ORDER_OF_IDS, redisGround } from './test-support/session-manager.races.js';
import { describeGraceUpdateRaces } from './test-support/session-updates.races.js';

let server: RedisServer;
let client: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  client = patientClient(server.url);
  await whenReady(client, 10_000);
});

afterAll(async () => {
  client.disconnect();
  await server.stop();
});

describeGraceUpdateRaces('Redis, between any two round trips', () => redisGround(client), {
  seeds: EITHER_ORDER_OF_IDS,
});
