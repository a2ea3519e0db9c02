import { performance } from 'node:perf_hooks';

/** The least difference that counts, in milliseconds: what lies between two looks at a clock is less. */
const TOLERANCE = 100;

/**
 * Notices that the wall clock moved apart from the monotonic one: it was set, or the machine slept, which
 * stops the latter.
 */
export class WallClockWatch {
  #offset = Date.now() - performance.now();

  /**
   * Whether it has, since this was asked last.
   *
   * @param now Of the monotonic clock, where the caller has it.
   */
  hasJumped(now = performance.now()): boolean {
    const offset = Date.now() - now;
    const hasJumped = Math.abs(offset - this.#offset) > TOLERANCE;
    this.#offset = offset;
    return hasJumped;
  }
}
