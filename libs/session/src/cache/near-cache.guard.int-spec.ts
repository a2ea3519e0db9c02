import { httpAdapters } from '../testing/http-adapters.js';
import { startedRedis } from '../testing/started-redis.js';
import { describeNearCacheGuard } from './testing/near-cache-guard.suite.js';

const redis = startedRedis();

// What the near-cache answers does not pass through the adapter: the others are in the full tier.
for (const adapter of httpAdapters.slice(0, 1)) describeNearCacheGuard(redis, adapter);
