import { startedRedis } from '../../test-support/started-redis.js';
import { EITHER_ORDER_OF_IDS, redisGround } from './test-support/session-manager.races.js';
import { describeUpdateRaces } from './test-support/session-updates.races.js';

const redis = startedRedis();

describeUpdateRaces('Redis, between any two round trips', () => redisGround(redis.client), {
  seeds: EITHER_ORDER_OF_IDS,
});
