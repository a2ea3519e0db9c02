/** When a {@link Breaker} opens, and for how long. */
export interface BreakerLimits {
  /** So many failures in a row open it. */
  readonly failures: number;
  /** Milliseconds until a call is tried again. */
  readonly pause: number;
}

/** The breaker is open: the call was not made. */
export class BreakerOpenError extends Error {
  constructor() {
    super('not asked: the last calls have failed');
    this.name = new.target.name;
  }
}

/**
 * Spares callers the wait for somebody who does not answer, and that one the calls. After some failures
 * in a row calls fail at once for a while; then one is let through, and decides for the others.
 */
export class Breaker {
  #failures = 0;
  /** Monotonic milliseconds; `null` while closed. */
  #openUntil: number | null = null;
  #isTrying = false;

  /**
   * @param now Monotonic milliseconds.
   * @param onChange Called when it opens, also again after a trial, and when it closes.
   */
  constructor(
    private readonly limits: BreakerLimits,
    private readonly now: () => number = () => performance.now(),
    private readonly onChange: (isOpen: boolean) => void = () => undefined,
  ) {}

  /** Whether calls fail without being made, but for the one that tries. */
  get isOpen(): boolean {
    return this.#openUntil !== null;
  }

  /** @throws BreakerOpenError when the call is not to be made, else what the call throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const isTrial = this.isOpen;
    if (isTrial) this.#startTrial();
    let result: T;
    try {
      result = await call();
    } catch (error) {
      this.#failed(isTrial);
      throw error;
    }
    this.#succeeded();
    return result;
  }

  #startTrial(): void {
    if (this.#isTrying || this.now() < (this.#openUntil ?? 0)) throw new BreakerOpenError();
    this.#isTrying = true;
  }

  /** Also when it was asked before the breaker opened: whoever answers is there. */
  #succeeded(): void {
    this.#failures = 0;
    this.#isTrying = false;
    if (!this.isOpen) return;
    this.#openUntil = null;
    this.onChange(false);
  }

  #failed(isTrial: boolean): void {
    if (this.isOpen) {
      // What was asked before it opened says nothing new.
      if (!isTrial) return;
      this.#isTrying = false;
    } else {
      this.#failures += 1;
      if (this.#failures < this.limits.failures) return;
    }
    this.#openUntil = this.now() + this.limits.pause;
    this.onChange(true);
  }
}
