import { setTimeout as delay } from 'node:timers/promises';

/** Default time limit. */
const TIMEOUT_MS = 30_000;
const INTERVAL_MS = 50;

/**
 * Waits until a condition on started servers holds.
 *
 * @param limit Milliseconds.
 * @throws Error when the condition does not hold within the limit
 */
export async function untilTrue(
  condition: () => Promise<boolean>,
  limit = TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`the condition is still false: ${condition.toString()}`);
    await delay(INTERVAL_MS);
  }
}
