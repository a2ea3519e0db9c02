import { setTimeout as delay } from 'node:timers/promises';

/** What is waited for takes milliseconds; after this many it is taken never to come. */
const PATIENCE = 10_000;

/**
 * Asks again until the answer is yes.
 *
 * @throws Error when it stays no, so that nothing goes on asking after the end of a test
 */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`still not so: ${holds.toString()}`);
    await delay(5);
  }
}
