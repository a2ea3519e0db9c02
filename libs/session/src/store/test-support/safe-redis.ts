import type { Redis } from 'ioredis';
import { GuardedRedis } from '../../../../../test/support/guarded-redis.js';
import { whenReady } from '../redis-client.js';
import { patientClient } from '../../../test-support/patient-client.js';

/**
 * Starts a Redis with the users that the project ships, for the tests of one `describe`. Before each test
 * it is safe for sessions; `operator` may change that.
 */
export function safeRedis(): { readonly redis: GuardedRedis; readonly operator: Redis } {
  let redis: GuardedRedis;
  let operator: Redis;

  beforeAll(async () => {
    redis = await GuardedRedis.start();
    operator = patientClient(redis.url);
    await whenReady(operator, 10_000);
  });

  beforeEach(async () => {
    await operator.config('SET', 'appendonly', 'yes', 'maxmemory-policy', 'noeviction');
    await operator.acl('SETUSER', 'default', 'off', 'resetpass');
  });

  afterAll(async () => {
    operator.disconnect();
    await redis.stop();
  });

  return {
    get redis() {
      return redis;
    },
    get operator() {
      return operator;
    },
  };
}
