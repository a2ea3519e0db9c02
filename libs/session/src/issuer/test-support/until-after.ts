import { setImmediate as tick } from 'node:timers/promises';

/** Waits until a time has passed: two events of one millisecond have no order. */
export async function untilAfter(time: number): Promise<void> {
  while (Date.now() <= time) await tick();
}
