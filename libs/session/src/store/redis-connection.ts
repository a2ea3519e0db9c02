import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error';
import { UnsafeRedisError } from '../errors/unsafe-redis.error';
import type { SessionModuleOptions } from '../options/session.options';
import { checkRedis, describeProblem } from './redis-check';
import { connectAhead, createRedisClient, unsafeSettingsOf, whenReady } from './redis-client';

/** How long the start of the application waits for Redis and its check, in milliseconds. */
const START_TIMEOUT = 5_000;

/**
 * The module's connection to Redis: the client that the application gave, or one of its own.
 *
 * A Redis that is away at start does not stop the application: it starts, says so, answers 503, is
 * not ready, and recovers by itself, just as when Redis goes away later. One that is not safe for
 * sessions does not stop it either, and is warned of once. With `strict` both do.
 */
export class RedisConnection implements OnApplicationShutdown {
  static readonly #logger = new Logger('SessionModule');

  readonly #shutdown = new AbortController();

  private constructor(
    readonly client: Redis | Cluster,
    private readonly isOwn: boolean,
  ) {}

  /** @throws UnsafeRedisError with `strict`, when Redis is not safe for sessions or does not answer. */
  static async open(options: SessionModuleOptions): Promise<RedisConnection> {
    const connection = RedisConnection.#of(options);
    const { client } = connection;
    // Without a listener an 'error' event ends the process.
    let lastReport = '';
    client.on('error', (error: Error) => {
      if (error.message === lastReport) return;
      lastReport = error.message;
      RedisConnection.#logger.error(`Redis: ${error.message}`);
    });
    client.on('ready', () => {
      lastReport = '';
    });
    for (const warning of unsafeSettingsOf(client)) RedisConnection.#logger.warn(warning);
    const deadline = performance.now() + START_TIMEOUT;
    const failure = await whenReady(client, START_TIMEOUT);
    if (options.strict) {
      await connection.#refuseUnsafe(failure);
      return connection;
    }
    if (failure) {
      client.once('ready', () => void connection.#warnOfUnsafe());
      RedisConnection.#logger.error(
        `Redis does not answer (${failure.message}). Requests are answered 503 until it does: start it, or check its URL, user and password.`,
      );
    } else {
      const timeLeft = Math.max(0, deadline - performance.now());
      await Promise.race([connection.#warnOfUnsafe(), delay(timeLeft, undefined, { ref: false })]);
    }
    return connection;
  }

  static #of({ client, redis }: SessionModuleOptions): RedisConnection {
    if (client !== undefined) {
      if (client instanceof Cluster) connectAhead(client);
      return new RedisConnection(client, false);
    }
    if (redis !== undefined) return new RedisConnection(createRedisClient(redis), true);
    throw new SessionOptionsError(`Give SessionModule a 'client' or 'redis'.`);
  }

  async #refuseUnsafe(failure: Error | null): Promise<void> {
    const problems = failure
      ? [
          `It does not answer (${failure.message}) and cannot be checked. Start it, or check its URL, user and password.`,
        ]
      : (await checkRedis(this.client, this.#shutdown.signal)).map(describeProblem);
    if (problems.length === 0) return;
    this.onApplicationShutdown();
    throw new UnsafeRedisError(problems);
  }

  /** In one line, so that a Redis for development does not fill the log. */
  async #warnOfUnsafe(): Promise<void> {
    const { signal } = this.#shutdown;
    const problems = (await checkRedis(this.client, signal)).filter(({ isCertain }) => isCertain);
    if (signal.aborted || problems.length === 0) return;
    RedisConnection.#logger.warn(
      `Redis is fit for development only. ${problems.map(describeProblem).join(' ')}`,
    );
  }

  /** Closes a client of its own; the application closes what it made. */
  onApplicationShutdown(): void {
    this.#shutdown.abort();
    if (this.isOwn) this.client.disconnect();
  }
}
