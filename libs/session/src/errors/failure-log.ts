import { Logger } from '@nestjs/common';

/** At most one line in this many milliseconds: while a store is away every request fails. */
const INTERVAL = 1_000;

/** Tells the operator why requests fail, without a line for each of them. */
export class FailureLog {
  readonly #logger: Logger;
  #quietUntil = 0;
  #suppressed = 0;

  constructor(context: string) {
    this.#logger = new Logger(context);
  }

  /** Logs the error and what caused it, unless another was logged a moment ago. */
  report(error: Error): void {
    const now = performance.now();
    if (now < this.#quietUntil) {
      this.#suppressed += 1;
      return;
    }
    const others = this.#suppressed === 0 ? '' : ` (and ${this.#suppressed} more like it)`;
    this.#quietUntil = now + INTERVAL;
    this.#suppressed = 0;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    this.#logger.error(`${error.message}${cause}${others}`);
  }
}
