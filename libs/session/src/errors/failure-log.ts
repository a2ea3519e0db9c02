import { Logger } from '@nestjs/common';
import { describeError } from './describe-error.js';

/** While a store is away every request fails. Milliseconds. */
const INTERVAL = 1_000;

/** The most different failures that are told in one interval. */
const MAX_LINES = 10;

/** Tells the operator why requests fail, without a line for each of them. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #told = new Set<string>();
  #intervalEnd = 0;
  #kept = 0;

  /** @param interval One and the same failure is told once in this time, in milliseconds. */
  constructor(
    context: string,
    private readonly interval = INTERVAL,
  ) {
    this.#logger = new Logger(context);
  }

  /**
   * Logs the error and what caused it, unless the same was logged a moment ago.
   *
   * @returns whether it did
   */
  report(error: unknown): boolean {
    const now = performance.now();
    if (now >= this.#intervalEnd) {
      this.#told.clear();
      this.#intervalEnd = now + this.interval;
    }
    const text = describeError(error);
    if (this.#told.has(text) || this.#told.size >= MAX_LINES) {
      this.#kept += 1;
      return false;
    }
    this.#told.add(text);
    const others = this.#kept === 0 ? '' : ` (and ${this.#kept} before it that were not logged)`;
    this.#kept = 0;
    this.#logger.error(text + others);
    return true;
  }
}
