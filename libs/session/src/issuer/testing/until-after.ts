import { setImmediate as tick } from 'node:timers/promises';

/** Waits until it is later than a time, for what has no order within one millisecond. */
export async function untilAfter(time: number): Promise<void> {
  while (Date.now() <= time) await tick();
}
