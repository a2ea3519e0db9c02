import { SessionOptionsError } from '../errors/session-options.error.js';
import { toMilliseconds } from '../common/duration.js';
import type { NearCacheSetting } from '../options/near-cache.setting.js';

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
 *
 * @example
 * nearCacheLimitsOf('2s'); // { maxStaleness: 2000, maxEntries: 10000 }
 */
export function nearCacheLimitsOf(option: NearCacheSetting = false): NearCacheLimits | null {
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
    throw new SessionOptionsError(
      `nearCache.maxEntries must be a whole number of 1 or more, got ${maxEntries}.`,
    );
  }
  return { maxStaleness, maxEntries };
}
