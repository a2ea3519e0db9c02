import { Cluster, type Redis } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { NearCacheSetting } from '../options/near-cache.setting.js';
import type { RedisSessionStore } from '../store/redis-session.store.js';
import type { SessionChanges } from '../store/session-changes.js';
import type { SessionStore } from '../store/session.store.js';
import { NearCacheCounters } from './near-cache.counters.js';
import { nearCacheLimitsOf } from './near-cache.options.js';
import { NearCachedSessionStore } from './near-cached-session.store.js';

/**
 * Puts this process' memory in front of a store, if the setting asks for it.
 *
 * @throws SessionOptionsError for a setting that is not valid, or a Cluster that reads from replicas
 */
export function openNearCache(
  client: Redis | Cluster,
  store: RedisSessionStore,
  setting: NearCacheSetting,
  changes: SessionChanges,
): SessionStore {
  const limits = nearCacheLimitsOf(setting);
  if (limits === null) return store;
  if (client instanceof Cluster && client.options.scaleReads !== 'master') {
    throw new SessionOptionsError(
      `nearCache: a replica may return data that is older than an invalidation. Leave 'scaleReads' out of the Cluster's options.`,
    );
  }
  return new NearCachedSessionStore(client, store, limits, new NearCacheCounters(), changes);
}
