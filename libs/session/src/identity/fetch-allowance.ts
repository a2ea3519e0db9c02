/** How many fetches may follow each other at once: a few instances restart together, each with a new key. */
const BURST = 5;

/** The pause after a fetch that failed, in milliseconds: who did not answer may be back in a moment. */
const FAILURE_PAUSE = 250;

/**
 * How often keys may be asked for: a few times at once and then once in each interval, whatever identities
 * claim to be signed with. A fetch that failed counts for nothing but a short pause.
 */
export class FetchAllowance {
  #left = BURST;
  /** When the last one was added; monotonic milliseconds. */
  #filledAt = performance.now();
  #takenAt = -Infinity;
  #pausedUntil = -Infinity;

  /** @param interval Milliseconds. */
  constructor(private readonly interval: number) {}

  /** After the beginning of a fetch that failed, in milliseconds. */
  get pause(): number {
    return Math.min(FAILURE_PAUSE, this.interval);
  }

  /** Remaining pause after a failed fetch, in milliseconds; 0 outside of a pause. */
  get pauseLeft(): number {
    return Math.max(0, Math.ceil(this.#pausedUntil - performance.now()));
  }

  /** @returns whether a fetch may begin; it counts then */
  take(): boolean {
    const now = performance.now();
    const added = Math.floor((now - this.#filledAt) / this.interval);
    this.#filledAt += added * this.interval;
    this.#left = Math.min(BURST, this.#left + added);
    if (this.#left === 0 || now < this.#pausedUntil) return false;
    this.#left -= 1;
    this.#takenAt = now;
    return true;
  }

  /** The fetch that was taken last has failed. */
  giveBack(): void {
    this.#left = Math.min(BURST, this.#left + 1);
    this.#pausedUntil = this.#takenAt + this.pause;
  }
}
