import { Logger } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { FairQueue, type Waiting } from './fair-queue';
import { PasswordQueueFullError } from './password-queue-full.error';
import { OWN_LANE, type QueueLane } from './queue-lane';
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

/** Work that waits, with the function that begins it. */
interface WaitingWork extends Waiting {
  begin(): void;
}

/**
 * Where bcrypt's work waits its turn. Networks take turns, see {@link FairQueue}: the attempts of some
 * networks cannot keep those of others out.
 *
 * Each bcrypt holds a thread of libuv's pool, and a core, for some 250 ms. As many as come at once
 * would take all of both, and whatever else the process does would wait behind them.
 */
export class PasswordQueue {
  readonly #logger = new Logger(PasswordQueue.name);
  readonly #waiting: FairQueue<WaitingWork>;
  #running = 0;
  #isOverrun = false;

  /**
   * @param concurrency How many run at once.
   * @param maxWaiting How many wait beside those; may be 0.
   */
  constructor(
    private readonly concurrency: number = defaultConcurrency(),
    private readonly maxWaiting: number = DEFAULT_MAX_WAITING,
  ) {
    this.#waiting = new FairQueue(maxWaiting);
  }

  /**
   * Does the work when its turn comes, and ends as it ends.
   *
   * @param lane The line to wait in, that of the network which the work is for.
   * @throws PasswordQueueFullError with nothing done: at once when too many wait, or while it waits when a
   *   shorter lane gets its place
   */
  async run<T>(work: () => Promise<T>, lane: QueueLane = OWN_LANE): Promise<T> {
    if (this.#running >= this.concurrency) await this.#turn(lane);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Resolves when the work may begin: it runs from then on. */
  #turn(lane: QueueLane): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#warn();
        reject(new PasswordQueueFullError());
      };
      if (!this.#waiting.push({ lane, begin: resolve, giveUp })) giveUp();
    });
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next.begin();
    if (this.#waiting.length === 0) this.#isOverrun = false;
  }

  /** Once, until nothing waits: a flood of sign-ins must not become one of lines. */
  #warn(): void {
    if (this.#isOverrun) return;
    this.#isOverrun = true;
    this.#logger.warn(
      `More sign-ins at once than BCRYPT_QUEUE lets wait (${this.maxWaiting}): further ones are answered 503.`,
    );
  }
}
