import { ownRedis } from '../store/testing/own-redis.js';
import { httpAdapters } from '../testing/http-adapters.js';
import { describeNearCacheGuard } from './testing/near-cache-guard.suite.js';

const redis = ownRedis();

for (const adapter of httpAdapters.slice(1)) describeNearCacheGuard(redis, adapter);
