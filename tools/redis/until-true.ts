import { setTimeout as delay } from 'node:timers/promises';

/** The default of how long is waited. */
const TIMEOUT_MS = 30_000;
const INTERVAL_MS = 50;

/**
 * Waits until servers that were started agree with each other.
 *
 * @param limit Milliseconds.
 * @throws Error when they do not by then
 */
export async function untilTrue(
  condition: () => Promise<boolean>,
  limit = TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still not so: ${condition.toString()}`);
    await delay(INTERVAL_MS);
  }
}
