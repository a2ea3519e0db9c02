import { performance } from 'node:perf_hooks';

/** How many sessions a process remembers; each takes some 100 bytes. */
const CAPACITY = 50_000;

/**
 * What this process knows of the idle clocks that it saw lately: until when each needs neither to be
 * looked at nor to be slid. It keeps a busy session at one command per request and one slide per
 * interval. Forgetting an entry costs one more command, nothing else.
 */
export class IdleClocks {
  /** Session id to the monotonic time (ms) from which it is due; in order of writing. */
  readonly #dueAt = new Map<string, number>();

  /** Monotonic milliseconds: unlike the wall clock they cannot be set back. */
  now(): number {
    return performance.now();
  }

  /** Whether the clock is known to run and was slid recently. */
  isFresh(id: string): boolean {
    const dueAt = this.#dueAt.get(id);
    if (dueAt === undefined) return false;
    if (this.now() < dueAt) return true;
    this.#dueAt.delete(id);
    return false;
  }

  remember(id: string, dueAt: number): void {
    this.#dueAt.delete(id);
    this.#dueAt.set(id, dueAt);
    if (this.#dueAt.size > CAPACITY) {
      const oldest = this.#dueAt.keys().next();
      if (!oldest.done) this.#dueAt.delete(oldest.value);
    }
  }

  forget(id: string): void {
    this.#dueAt.delete(id);
  }
}
