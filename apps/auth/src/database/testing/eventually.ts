import { setTimeout as delay } from 'node:timers/promises';

/** Returns when the condition holds. That it never does ends in the timeout of the test. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}
