import { setTimeout as delay } from 'node:timers/promises';

/** Less than a test may take, so that a condition that never holds does not keep Jest running. */
const LIMIT_MS = 20_000;

/**
 * Waits for a condition to hold.
 *
 * @param limit Milliseconds; more than the default where a test has that much time.
 * @throws Error when it still does not hold then
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  limit = LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Never held: ${condition.toString()}`);
    await delay(20);
  }
}
