import { Logger } from '@nestjs/common';
import { describeError } from './describe-error.js';

/** Default interval, in milliseconds. While a store is unavailable, every request fails. */
const INTERVAL = 1_000;

/** Maximum number of different failures that are logged in one interval. */
const MAX_LINES = 10;

/** Logs why requests fail, without a line for each of them. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #told = new Set<string>();
  #intervalEnd = 0;
  #kept = 0;

  /** @param interval Time in which the same failure is logged once, in milliseconds. */
  constructor(
    context: string,
    private readonly interval = INTERVAL,
  ) {
    this.#logger = new Logger(context);
  }

  /**
   * Logs the error and its causes, unless the same error, or too many others, were logged in this interval.
   *
   * @returns whether the error was logged
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
