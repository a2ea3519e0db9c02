import { performance } from 'node:perf_hooks';
import { BoundedMap } from '../common/bounded-map.js';

/** Maximum number of sessions that a process remembers; each takes about 150 bytes. */
const CAPACITY = 50_000;

/** Known state of one idle clock, in monotonic milliseconds, which unlike the wall clock never go back. */
export interface IdleClock {
  /** Time from which the clock must be read, and renewed, again. */
  readonly dueAt: number;
  /** Time at which the clock runs out, unless another process renews it before. */
  readonly expiresAt: number;
}

/**
 * Remembers the idle clocks that this process saw lately, and until when each needs no read or renewal. A
 * busy session thus costs one command per request and one renewal per interval. Forgetting an entry only
 * costs one more command.
 */
export class IdleClocks {
  /** Clocks by session id. */
  readonly #clocks = new BoundedMap<string, IdleClock>(CAPACITY);

  /** Current time in monotonic milliseconds. */
  now(): number {
    return performance.now();
  }

  /** Whether the clock is known to run and was renewed recently. */
  isFresh(id: string): boolean {
    const clock = this.#clocks.get(id);
    return clock !== undefined && this.now() < clock.dueAt;
  }

  /** Returns the known state of a clock, fresh or not. */
  get(id: string): IdleClock | undefined {
    return this.#clocks.get(id);
  }

  remember(id: string, clock: IdleClock): void {
    this.#clocks.set(id, clock);
  }

  forget(id: string): void {
    this.#clocks.delete(id);
  }
}
