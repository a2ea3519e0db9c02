import { httpAdapters } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { describeNearCacheGuard } from './test-support/near-cache-guard.suite.js';

const redis = startedRedis();

// The near-cache's answers do not pass through the adapter: the full tier covers the other adapters.
for (const adapter of httpAdapters.slice(0, 1)) describeNearCacheGuard(redis, adapter);
