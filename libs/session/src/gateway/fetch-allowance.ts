/** Maximum number of fetches in a burst: a few instances may restart together, each with a new key. */
const BURST = 5;

/** Pause after the beginning of a failed fetch, in milliseconds: the issuing app may be back in a moment. */
const FAILURE_PAUSE = 250;

/**
 * Limits fetches of the keys to a short burst, then to one per interval, whatever keys the identities name. A
 * failed fetch does not count, but is followed by a short pause.
 */
export class FetchAllowance {
  #left = BURST;
  /** Time of the last refill, in monotonic milliseconds. */
  #filledAt = performance.now();
  #takenAt = -Infinity;
  #pausedUntil = -Infinity;

  /** @param interval Refill interval, in milliseconds. */
  constructor(private readonly interval: number) {}

  /** Remaining pause after a failed fetch, in milliseconds; 0 outside of a pause. */
  get pauseLeft(): number {
    return Math.max(0, Math.ceil(this.#pausedUntil - performance.now()));
  }

  /** @returns whether a fetch may begin; if so, the fetch is counted */
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

  /** Returns the last fetch to the allowance after its failure, and begins the pause. */
  giveBack(): void {
    this.#left = Math.min(BURST, this.#left + 1);
    this.#pausedUntil = this.#takenAt + Math.min(FAILURE_PAUSE, this.interval);
  }
}
