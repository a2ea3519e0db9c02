import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from './duration.js';

/** How sessions are kept in a service's own memory. */
export interface NearCacheOptions {
  /**
   * For how long at most a change may stay unnoticed when the connection on which Redis tells of it
   * breaks without a sign. As long as it works a change is noticed at once. 100 ms or more.
   * @default '1s'
   */
  maxStaleness?: Duration;
  /**
   * How many sessions are kept; of the others those go first that were not used for longest. Each takes
   * some 1.5 KiB.
   * @default 10_000
   */
  maxEntries?: number;
}

/** The same with every default filled in; `maxStaleness` in milliseconds. */
export interface NearCacheLimits {
  readonly maxStaleness: number;
  readonly maxEntries: number;
}

/** Less is lost to any pause of the process. */
const MIN_STALENESS = 100;

/**
 * @returns `null` when there is to be none
 * @throws SessionOptionsError naming the option and what it should be
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
