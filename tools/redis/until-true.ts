import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 30_000;
const INTERVAL_MS = 50;

/**
 * Waits until servers that were started agree with each other.
 *
 * @throws Error after half a minute
 */
export async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still not so: ${condition.toString()}`);
    await delay(INTERVAL_MS);
  }
}
