import { SessionStoreUnavailableError } from 'nest-sessions';
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { FAILURE_COUNT_SCRIPT } from './failure-count.script';
import { redisAnswer } from './redis-answer';
import { FORGET_AFTER } from './throttle.options';

export interface FailureCounterOptions {
  /** How many failures cost nothing. */
  readonly free: number;
  /** How long the first failure that is not free makes the next attempt wait, in milliseconds. */
  readonly firstWait: number;
  /** Each further one doubles the wait, up to this, in milliseconds. */
  readonly longestWait: number;
}

/**
 * Counts failures in Redis and says how long the next attempt has to wait. Each count is one key, so that
 * any Redis will do, a Cluster as well.
 *
 * Its time to live begins anew with each failure and is the same for all: what is left of it tells
 * when the last failure was, and thereby how much of the wait is over.
 *
 * Every method throws SessionStoreUnavailableError when Redis does not answer, and {@link add} also when
 * it is full. There is no second count in memory to fall back on: each instance would have its own.
 */
export class FailureCounter {
  readonly #limiter: RateLimiterRedis;

  /** @param kind What is counted, as keys have it. */
  constructor(
    client: Redis | Cluster,
    kind: string,
    private readonly options: FailureCounterOptions,
  ) {
    this.#limiter = new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `throttle:${kind}`,
      points: options.free,
      duration: FORGET_AFTER / 1_000,
      customIncrTtlLuaScript: FAILURE_COUNT_SCRIPT,
    });
  }

  /** How many milliseconds from now the next attempt may be made; 0 or less when it may be made now. */
  async waitOf(key: string): Promise<number> {
    const count = await redisAnswer(this.#limiter.get(key));
    if (count === null) return 0;
    const { consumedPoints: failures, msBeforeNext: timeToLive } = count;
    // The library takes no notice of a command that failed within a transaction.
    if (!Number.isSafeInteger(failures)) {
      throw new SessionStoreUnavailableError({ cause: new Error('a count is no number') });
    }
    return waitAfter(failures, this.options) - (FORGET_AFTER - timeToLive);
  }

  async add(key: string): Promise<void> {
    await redisAnswer(this.#limiter.penalty(key));
  }

  async forget(key: string): Promise<void> {
    await redisAnswer(this.#limiter.delete(key));
  }
}

/** How long after so many failures the next attempt has to wait, in milliseconds. */
export function waitAfter(
  failures: number,
  { free, firstWait, longestWait }: FailureCounterOptions,
): number {
  return failures > free ? Math.min(firstWait * 2 ** (failures - free - 1), longestWait) : 0;
}
