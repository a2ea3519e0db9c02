/**
 * Default number of items processed at once. Redis answers their commands well within the time limit of a
 * command.
 */
const BATCH = 50;

/**
 * Runs `act` on each item, in batches. The time limit of a command starts when it is sent, and thousands of
 * commands at once would make each other late.
 *
 * @returns the results in the order of the items
 */
export async function inBatches<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
  size = BATCH,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    results.push(...(await Promise.all(items.slice(start, start + size).map(act))));
  }
  return results;
}
