const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/**
 * Returns the time until the next attempt in milliseconds: twice as long after each failure, but no shorter
 * than the server asks for.
 *
 * @param failures Attempts that have failed so far, at least 1.
 * @param retryAfter Seconds from the header `Retry-After`.
 * @param random A number from 0 to 1, which spreads the attempts of many pages.
 */
export function backOff(failures: number, retryAfter: number | null, random: number): number {
  const grown = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return Math.max(grown * (0.75 + random / 4), (retryAfter ?? 0) * 1000);
}
