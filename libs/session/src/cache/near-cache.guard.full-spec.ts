import { ownRedis } from '../store/testing/own-redis';
import { httpAdapters } from '../testing/http-adapters';
import { describeNearCacheGuard } from './testing/near-cache-guard.suite';

const redis = ownRedis();

for (const adapter of httpAdapters.slice(1)) describeNearCacheGuard(redis, adapter);
