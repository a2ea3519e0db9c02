import { setTimeout as delay } from 'node:timers/promises';

/** Less than a test may take, so that a condition that never holds does not keep Jest running. */
const LIMIT_MS = 20_000;

/** Waits for a condition to hold. @throws Error when it still does not after 20 seconds */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Never held: ${condition.toString()}`);
    await delay(20);
  }
}
