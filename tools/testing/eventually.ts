import { setTimeout as delay } from 'node:timers/promises';

/** Shorter than a test's time limit, so that a condition that never holds does not keep Jest running. */
const LIMIT_MS = 20_000;

/**
 * Waits for a condition to hold.
 *
 * @param limit Milliseconds; above the default only for a test with enough time.
 * @throws Error when the condition does not hold within the limit
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
