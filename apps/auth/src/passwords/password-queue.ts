import { Logger } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { FairQueue, type Waiting } from './fair-queue';
import { PasswordQueueFullError } from './password-queue-full.error';
import { OWN_LANE, type QueueLane } from './queue-lane';
import { threadPoolSize } from './thread-pool';

/** Default maximum number of waiting runs. */
export const DEFAULT_MAX_WAITING = 100;

/**
 * Returns the default number of concurrent bcrypt runs. A core stays free for the event loop, and two threads
 * of libuv's pool for files, host names and the rest of the process. Never less than one.
 */
export function defaultConcurrency(
  cores = availableParallelism(),
  threads = threadPoolSize(),
): number {
  return Math.max(1, Math.min(cores - 1, threads - 2));
}

/** Waiting work, with the function that begins it. */
interface WaitingWork extends Waiting {
  begin(): void;
}

/**
 * Queue for bcrypt's work. Networks take turns, see {@link FairQueue}: the attempts of some networks cannot
 * block the attempts of others.
 *
 * Each bcrypt run holds a thread of libuv's pool, and a core, for some 250 ms. Without a limit, concurrent
 * runs would take all threads and cores, and all other work of the process would wait behind them.
 */
export class PasswordQueue {
  readonly #logger = new Logger(PasswordQueue.name);
  readonly #waiting: FairQueue<WaitingWork>;
  #running = 0;
  #started = 0;
  #refused = 0;
  #waited = 0;
  #isOverrun = false;

  /**
   * @param concurrency Number of concurrent runs.
   * @param maxWaiting Maximum number of waiting runs, in addition to the concurrent ones; may be 0.
   */
  constructor(
    private readonly concurrency: number = defaultConcurrency(),
    private readonly maxWaiting: number = DEFAULT_MAX_WAITING,
  ) {
    this.#waiting = new FairQueue(maxWaiting);
  }

  /** Number of runs that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Number of runs under way. */
  get running(): number {
    return this.#running;
  }

  /** Number of runs that have begun since the start. */
  get started(): number {
    return this.#started;
  }

  /** Number of runs that were refused since the start, because too many waited. */
  get refused(): number {
    return this.#refused;
  }

  /** Time that all begun runs have waited since the start, in milliseconds. */
  get waited(): number {
    return this.#waited;
  }

  /**
   * Runs the work when its turn comes, and settles like the work.
   *
   * @param lane Lane to wait in: the network or known device of the attempt.
   * @throws PasswordQueueFullError with nothing done: at once when too many wait, or later when a shorter
   *   lane gets the place
   */
  async run<T>(work: () => Promise<T>, lane: QueueLane = OWN_LANE): Promise<T> {
    const askedAt = performance.now();
    if (this.#running >= this.concurrency) await this.#turn(lane);
    else this.#running += 1;
    this.#started += 1;
    this.#waited += performance.now() - askedAt;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Resolves when the work may begin. The work counts as running from then on. */
  #turn(lane: QueueLane): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#refused += 1;
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

  /** Logs one warning until the queue is empty: a flood of sign-ins must not become a flood of lines. */
  #warn(): void {
    if (this.#isOverrun) return;
    this.#isOverrun = true;
    this.#logger.warn(
      `More sign-ins are waiting than BCRYPT_QUEUE allows (${this.maxWaiting}): further sign-ins are answered with 503.`,
    );
  }
}
