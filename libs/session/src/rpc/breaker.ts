/** When a {@link Breaker} opens, and for how long. */
export interface BreakerLimits {
  /** Number of failures in a row that opens the breaker. */
  readonly failures: number;
  /** Time until a call is tried again, in milliseconds. */
  readonly pause: number;
}

/** Thrown while the breaker is open: the call was not made. */
export class BreakerOpenError extends Error {
  constructor() {
    super('not called: the last calls failed');
    this.name = new.target.name;
  }
}

/**
 * Circuit breaker: spares callers the wait for a service that does not answer, and spares the service the
 * calls. After some failures in a row, calls fail at once for a pause. Then one trial call decides for all.
 */
export class Breaker {
  #failures = 0;
  /** Monotonic milliseconds; `null` while closed. */
  #openUntil: number | null = null;
  #isTrying = false;

  /**
   * @param now Returns monotonic milliseconds.
   * @param onChange Called when the breaker opens, also again after a trial, and when it closes.
   */
  constructor(
    private readonly limits: BreakerLimits,
    private readonly now: () => number = () => performance.now(),
    private readonly onChange: (isOpen: boolean) => void = () => undefined,
  ) {}

  /** Whether calls fail without being made, except the trial call. */
  get isOpen(): boolean {
    return this.#openUntil !== null;
  }

  /** @throws BreakerOpenError when the call is not made; otherwise the error of the call */
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

  /** Closes the breaker, also for a call from before it opened: a service that answers is available. */
  #succeeded(): void {
    this.#failures = 0;
    this.#isTrying = false;
    if (!this.isOpen) return;
    this.#openUntil = null;
    this.onChange(false);
  }

  #failed(isTrial: boolean): void {
    if (this.isOpen) {
      // The failure of a call from before the breaker opened adds no information.
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
