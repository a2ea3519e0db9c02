import { Logger } from '@nestjs/common';
import { describeError } from './describe-error.js';

/** Default interval, in milliseconds. While a store is unavailable, every request fails. */
const INTERVAL = 1_000;

/** Interval for failures of background work, which last and which no caller sees, in milliseconds. */
export const BACKGROUND_INTERVAL = 60_000;

/** Maximum number of different errors that are logged in one interval. */
const MAX_LINES = 10;

/** Logs why operations fail, without a line for each failed operation. */
export class ThrottledLogger {
  readonly #logger: Logger;
  /** Errors that were logged in this interval. */
  readonly #logged = new Set<string>();
  #intervalEnd = 0;
  #suppressed = 0;

  /** @param interval Time in which the same error is logged once, in milliseconds. */
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
      this.#logged.clear();
      this.#intervalEnd = now + this.interval;
    }
    const text = describeError(error);
    if (this.#logged.has(text) || this.#logged.size >= MAX_LINES) {
      this.#suppressed += 1;
      return false;
    }
    this.#logged.add(text);
    const others =
      this.#suppressed === 0
        ? ''
        : ` (${this.#suppressed} similar messages before it were not logged)`;
    this.#suppressed = 0;
    this.#logger.error(text + others);
    return true;
  }
}
