import { httpAdapters } from '../testing/http-adapters';
import { startedRedis } from '../testing/started-redis';
import { describeNearCacheGuard } from './testing/near-cache-guard.suite';

const redis = startedRedis();

// What the near-cache answers does not pass through the adapter: the others are in the full tier.
for (const adapter of httpAdapters.slice(0, 1)) describeNearCacheGuard(redis, adapter);
