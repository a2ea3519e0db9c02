/** What the near-cache of this process did since it started; for metrics. */
export class NearCacheCounters {
  /** Sessions served from memory. Never decreases, nor do the others but `isLinkUp`. */
  hits = 0;
  /** Sessions that were looked for in memory and then in Redis. */
  misses = 0;
  /** Sessions that were looked for in Redis alone: `@RequireFresh()`, or no link to rely on. */
  bypasses = 0;
  /** Changes of records that Redis told of. */
  invalidations = 0;
  /** How often a link was lost, and everything forgotten with it. */
  linkLosses = 0;
  /** Whether Redis tells of changes right now; always `false` without a near-cache. */
  isLinkUp = false;
}
