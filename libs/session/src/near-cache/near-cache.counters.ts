/**
 * Counters of this process' near-cache since it started, for metrics. No counter ever decreases.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class NearCacheMetrics {
 *   constructor(private readonly store: SessionStore) {}
 *
 *   get hits(): number {
 *     return this.store instanceof NearCachedSessionStore ? this.store.counters.hits : 0;
 *   }
 * }
 * ```
 */
export class NearCacheCounters {
  /** Sessions served from memory. */
  hits = 0;
  /** Sessions that were not found in memory and then looked up in Redis. */
  misses = 0;
  /** Sessions looked up in Redis only, because of `@SkipCache()` or without a reliable link. */
  bypasses = 0;
  /** Changes of records for which Redis sent an invalidation. */
  invalidations = 0;
  /** How often a lost or missing link cleared the near-cache. */
  linkLosses = 0;
  /** State, not a counter: whether Redis sends invalidations now. Always `false` without a near-cache. */
  isLinkUp = false;
}
