/** How many sessions are worked on at once: their commands are answered well within the time of one. */
const BATCH = 50;

/**
 * Does something to each of many sessions, so many at a time: a command's time limit counts from when it
 * was sent, and thousands at once would make each other late.
 *
 * @returns the results in the order of the items
 */
export async function inBatches<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(act))));
  }
  return results;
}
