import { Logger } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { availableParallelism } from 'node:os';
import { PasswordQueueFullError } from './password-queue-full.error';
import { threadPoolSize } from './thread-pool';

/** How many may wait, where nothing else is said. */
export const DEFAULT_MAX_WAITING = 100;

/**
 * How many bcrypts run at once, where nothing else is said: a core stays free for the event loop, and
 * two threads of libuv's pool for files, names and the rest of the process. Never less than one.
 */
export function defaultConcurrency(
  cores = availableParallelism(),
  threads = threadPoolSize(),
): number {
  return Math.max(1, Math.min(cores - 1, threads - 2));
}

type Work = () => Promise<unknown>;

/**
 * Where bcrypt's work waits its turn, first come first served.
 *
 * Each bcrypt holds a thread of libuv's pool, and a core, for some 250 ms. As many as come at once
 * would take all of both, and whatever else the process does would wait behind them.
 */
export class PasswordQueue {
  readonly #logger = new Logger(PasswordQueue.name);
  readonly #queue: queueAsPromised<Work>;
  #isOverrun = false;

  /**
   * @param concurrency How many run at once.
   * @param maxWaiting How many wait beside those; may be 0.
   */
  constructor(
    private readonly concurrency: number = defaultConcurrency(),
    private readonly maxWaiting: number = DEFAULT_MAX_WAITING,
  ) {
    // Async, so that work which throws before it gives a promise frees its place as well.
    this.#queue = fastq.promise(async (work: Work) => work(), concurrency);
    this.#queue.drain = () => {
      this.#isOverrun = false;
    };
  }

  /**
   * Does the work when its turn comes, and ends as it ends.
   *
   * @throws PasswordQueueFullError at once, with nothing done, when too many wait
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isFull()) {
      this.#warn();
      throw new PasswordQueueFullError();
    }
    return this.#queue.push(work) as Promise<T>;
  }

  #isFull(): boolean {
    return this.#queue.running() >= this.concurrency && this.#queue.length() >= this.maxWaiting;
  }

  /** Once, until all that waits is done: a flood of sign-ins must not become one of lines. */
  #warn(): void {
    if (this.#isOverrun) return;
    this.#isOverrun = true;
    this.#logger.warn(
      `More sign-ins at once than BCRYPT_QUEUE lets wait (${this.maxWaiting}): further ones are answered 503.`,
    );
  }
}
