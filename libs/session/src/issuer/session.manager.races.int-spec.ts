import { startedRedis } from '../../test-support/started-redis.js';
import {
  describeRaces,
  EITHER_ORDER_OF_IDS,
  redisGround,
} from './test-support/session-manager.races.js';

const redis = startedRedis();

describeRaces('Redis, between any two round trips', () => redisGround(redis.client), {
  seeds: EITHER_ORDER_OF_IDS,
});
