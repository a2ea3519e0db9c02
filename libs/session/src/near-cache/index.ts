export type { NearCacheCounters } from './near-cache.counters.js';
export {
  type NearCacheLimits,
  nearCacheLimitsOf,
  type NearCacheOptions,
} from './near-cache.options.js';
export { NearCachedSessionStore } from './near-cached-session.store.js';
