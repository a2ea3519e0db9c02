import type { Duration } from '../common/duration.js';

/** Options of the session cache in a service's own memory. */
export interface NearCacheOptions {
  /**
   * Maximum time for which a change goes unnoticed when the connection for Redis' invalidations breaks
   * without a sign. While the connection works, a change takes effect at once. 100 ms or more.
   * @default '1s'
   */
  maxStaleness?: Duration;
  /**
   * Maximum number of kept sessions. Beyond it, approximately the least recently used session is dropped. A
   * session takes some 1.5 KiB.
   * @default 10_000
   */
  maxEntries?: number;
}

/** Value of the module option `nearCache`: on or off, the maximum staleness, or all options. */
export type NearCacheSetting = boolean | Duration | NearCacheOptions;
