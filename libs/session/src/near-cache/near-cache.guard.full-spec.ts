import { ownRedis } from '../store/test-support/own-redis.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { describeNearCacheGuard } from './test-support/near-cache-guard.suite.js';

const redis = ownRedis();

for (const adapter of httpAdapters.slice(1)) describeNearCacheGuard(redis, adapter);
