import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';

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

/** {@link NearCacheOptions} with every default filled in; `maxStaleness` in milliseconds. */
export interface NearCacheLimits {
  readonly maxStaleness: number;
  readonly maxEntries: number;
}

/** Any pause of the process would use up a shorter time. */
const MIN_STALENESS = 100;

/**
 * @returns `null` without a near-cache
 * @throws SessionOptionsError naming the option and its expected value
 */
export function nearCacheLimitsOf(
  option: boolean | Duration | NearCacheOptions = false,
): NearCacheLimits | null {
  if (option === false) return null;
  const given =
    option === true ? {} : typeof option === 'object' ? option : { maxStaleness: option };
  const maxStaleness = toMilliseconds('nearCache.maxStaleness', given.maxStaleness ?? '1s');
  const maxEntries = given.maxEntries ?? 10_000;
  if (maxStaleness < MIN_STALENESS) {
    throw new SessionOptionsError(
      `nearCache.maxStaleness: ${maxStaleness} ms is too short. Give '${MIN_STALENESS}ms' or more, or leave nearCache out to ask Redis every time.`,
    );
  }
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new SessionOptionsError(`nearCache.maxEntries: give a whole number, 1 or more.`);
  }
  return { maxStaleness, maxEntries };
}
