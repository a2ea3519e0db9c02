import { performance } from 'node:perf_hooks';

/** Time for which a sample is used again, in milliseconds: several scrapers must not load Redis. */
const FRESH = 5_000;

/** Number that is costly to determine, and therefore sampled at most once every five seconds. */
export class SampledCount {
  #value: Promise<number | null> = Promise.resolve(null);
  #dueAt = -Infinity;

  /**
   * @param count Determines the number.
   * @param onFailure Called when it cannot be determined. The value is then `null`.
   */
  constructor(
    private readonly count: () => Promise<number>,
    private readonly onFailure: () => void,
  ) {}

  read(): Promise<number | null> {
    const now = performance.now();
    if (now >= this.#dueAt) {
      this.#dueAt = now + FRESH;
      this.#value = this.count().catch(() => {
        this.onFailure();
        return null;
      });
    }
    return this.#value;
  }
}
