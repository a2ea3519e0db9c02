import { SessionStoreUnavailableError } from 'nest-sessions';
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { FAILURE_COUNT_SCRIPT } from './failure-count.script';
import { redisAnswer } from './redis-answer';
import { FORGET_AFTER } from './throttle.options';

export interface FailureCounterOptions {
  /** Number of failures that cause no wait. */
  readonly free: number;
  /** Wait after the first failure that is not free, in milliseconds. */
  readonly firstWait: number;
  /** Upper limit of the wait, in milliseconds. Each further failure doubles the wait. */
  readonly longestWait: number;
}

/**
 * Counts failures in Redis and returns how long the next attempt must wait. Each count is one key, so that
 * any Redis works, including a Cluster.
 *
 * Each failure restarts the key's time to live, which is the same for all keys. The remaining time to live
 * gives the time of the last failure, and thereby how much of the wait has passed.
 *
 * Every method throws SessionStoreUnavailableError when Redis does not answer, and {@link add} also when
 * Redis is full. There is no second count in memory as a fallback: each instance would have its own count.
 */
export class FailureCounter {
  readonly #limiter: RateLimiterRedis;

  /** @param kind Kind of count, as it appears in the keys. */
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

  /** Returns the milliseconds until the next attempt may be made; 0 or less when it may be made now. */
  async waitOf(key: string): Promise<number> {
    const count = await redisAnswer(this.#limiter.get(key));
    if (count === null) return 0;
    const { consumedPoints: failures, msBeforeNext: timeToLive } = count;
    // The library ignores a command that failed within a transaction.
    if (!Number.isSafeInteger(failures)) {
      throw new SessionStoreUnavailableError({ cause: new Error('a count is not a number') });
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

/** Returns how long the next attempt must wait after so many failures, in milliseconds. */
export function waitAfter(
  failures: number,
  { free, firstWait, longestWait }: FailureCounterOptions,
): number {
  return failures > free ? Math.min(firstWait * 2 ** (failures - free - 1), longestWait) : 0;
}
