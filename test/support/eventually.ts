import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds; a test that waits in vain fails by its own timeout. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(25);
}
