import { performance } from 'node:perf_hooks';

/** Smallest difference that counts as a jump, in milliseconds. Reading two clocks in turn takes less. */
const TOLERANCE = 100;

/**
 * Detects that the wall clock has moved against the monotonic clock: it was set, or the machine slept, which
 * stops the monotonic clock.
 */
export class WallClockWatch {
  #offset = Date.now() - performance.now();

  /**
   * Whether the wall clock has jumped since the last call.
   *
   * @param now Monotonic milliseconds, if the caller has read the clock already.
   */
  hasJumped(now = performance.now()): boolean {
    const offset = Date.now() - now;
    const hasJumped = Math.abs(offset - this.#offset) > TOLERANCE;
    this.#offset = offset;
    return hasJumped;
  }
}
