/**
 * Near-cache: keeps recently used sessions in memory. Redis invalidates changed sessions.
 *
 * @module nest-sessions/near-cache
 */

export type { NearCacheOptions, NearCacheSetting } from '../options/near-cache.setting.js';
export { NearCacheCounters } from './near-cache.counters.js';
export { type NearCacheLimits, nearCacheLimitsOf } from './near-cache.options.js';
export { NearCachedSessionStore } from './near-cached-session.store.js';
