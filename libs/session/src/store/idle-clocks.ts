import { performance } from 'node:perf_hooks';

/** How many sessions a process remembers; each takes some 150 bytes. */
const CAPACITY = 50_000;

/** What is known of one idle clock. Monotonic milliseconds: unlike the wall clock they cannot be set back. */
export interface IdleClock {
  /** From when it is to be looked at, and slid, again. */
  readonly dueAt: number;
  /** When it runs out, unless another process has slid it meanwhile. */
  readonly expiresAt: number;
}

/**
 * What this process knows of the idle clocks that it saw lately: until when each needs neither to be
 * looked at nor to be slid. It keeps a busy session at one command per request and one slide per
 * interval. Forgetting an entry costs one more command, nothing else.
 */
export class IdleClocks {
  /** By session id; in order of writing. */
  readonly #clocks = new Map<string, IdleClock>();

  /** Monotonic milliseconds. */
  now(): number {
    return performance.now();
  }

  /** Whether the clock is known to run and was slid recently. */
  isFresh(id: string): boolean {
    const clock = this.#clocks.get(id);
    return clock !== undefined && this.now() < clock.dueAt;
  }

  /** What is known of a clock, fresh or not. */
  get(id: string): IdleClock | undefined {
    return this.#clocks.get(id);
  }

  remember(id: string, clock: IdleClock): void {
    this.#clocks.delete(id);
    this.#clocks.set(id, clock);
    if (this.#clocks.size > CAPACITY) {
      const oldest = this.#clocks.keys().next();
      if (!oldest.done) this.#clocks.delete(oldest.value);
    }
  }

  forget(id: string): void {
    this.#clocks.delete(id);
  }
}
