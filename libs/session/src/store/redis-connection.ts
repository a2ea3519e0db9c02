import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { UnsafeRedisError } from '../errors/unsafe-redis.error.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { checkRedis, describeProblem, type RedisProblem } from './redis-check.js';
import { connectAhead, createRedisClient, unsafeSettingsOf, whenReady } from './redis-client.js';
import { isRefusedSelect, requireDatabase } from './required-database.js';

/** Time for which the start of the application waits for Redis and its check, in milliseconds. */
const START_TIMEOUT = 5_000;

/**
 * The module's connection to Redis, over the application's client or a client of its own.
 *
 * An application starts without Redis: it logs the failure, answers 503, is not ready, and recovers by
 * itself, as in a later outage. It also starts with a Redis that is not safe for sessions, and logs one
 * warning. With `strict`, both prevent the start.
 */
export class RedisConnection implements OnApplicationShutdown {
  static readonly #logger = new Logger('SessionModule');

  readonly #shutdown = new AbortController();
  /** Functions that remove this connection's listeners from the client, which the application may own. */
  readonly #cleanups: (() => void)[] = [];
  #hasEnded = false;
  #problems: readonly RedisProblem[] = [];

  readonly #client: Redis | Cluster | null;

  private constructor(
    client: Redis | Cluster | null,
    private readonly isOwn: boolean,
  ) {
    this.#client = client;
    if (client === null) return;
    // An 'error' event without a listener ends the process.
    let lastReport = '';
    let isBreaking = false;
    this.#listen('error', (error: Error) => {
      // Further errors of a connection that is being closed add no information.
      if (isBreaking) return;
      isBreaking = isRefusedSelect(error);
      if (error.message === lastReport) return;
      lastReport = error.message;
      RedisConnection.#logger.error(`Redis: ${error.message}`);
    });
    this.#listen('connect', () => {
      isBreaking = false;
    });
    this.#listen('ready', () => {
      lastReport = '';
      this.#hasEnded = false;
    });
    this.#listen('end', () => {
      this.#reportEnd();
    });
    if (!isOwn) this.#cleanups.push(requireDatabase(client));
  }

  /** Connection of a service that keeps its sessions elsewhere. */
  static none(): RedisConnection {
    return new RedisConnection(null, false);
  }

  /** Whether this service has a Redis. */
  get isConfigured(): boolean {
    return this.#client !== null;
  }

  /** @throws SessionOptionsError where this service has no Redis */
  get client(): Redis | Cluster {
    if (this.#client !== null) return this.#client;
    throw new SessionOptionsError(`Give SessionModule a 'client' or 'redis'.`);
  }

  /**
   * Whether the client has stopped reconnecting: requests get a 503 until the process is restarted. For
   * liveness probes.
   */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @throws UnsafeRedisError with `strict`, when Redis is not safe for sessions or does not answer. */
  static async open(options: SessionModuleOptions): Promise<RedisConnection> {
    const connection = RedisConnection.#of(options);
    const { client } = connection;
    for (const warning of unsafeSettingsOf(client)) RedisConnection.#logger.warn(warning);
    const deadline = performance.now() + START_TIMEOUT;
    const failure = await whenReady(client, START_TIMEOUT);
    if (options.strict) {
      await connection.#refuseUnsafe(failure);
      return connection;
    }
    if (failure) {
      connection.#once('ready', () => void connection.#warnOfUnsafe());
      RedisConnection.#logger.error(
        `${describeFailure(failure)} Requests are answered with 503 until it does.`,
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
      ? [`${describeFailure(failure)} It cannot be checked.`]
      : (await checkRedis(this.client, this.#shutdown.signal)).map(describeProblem);
    if (problems.length === 0) return;
    this.onApplicationShutdown();
    throw new UnsafeRedisError(problems);
  }

  /** Logs all problems in one line, so that a Redis for development does not fill the log. */
  async #warnOfUnsafe(): Promise<void> {
    const { signal } = this.#shutdown;
    const problems = (await checkRedis(this.client, signal)).filter(({ isCertain }) => isCertain);
    this.#problems = problems;
    if (signal.aborted || problems.length === 0) return;
    RedisConnection.#logger.warn(
      `Redis is fit for development only. ${problems.map(describeProblem).join(' ')}`,
    );
  }

  /** Problems that the check at the start has found; empty without a problem, or before the check has ended. */
  get problems(): readonly RedisProblem[] {
    return this.#problems;
  }

  /** Closes an own client, and removes all listeners from the application's client. */
  onApplicationShutdown(): void {
    this.#shutdown.abort();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    if (!this.isOwn) return;
    // Pending commands may still fail.
    this.client.on('error', () => undefined);
    this.client.disconnect();
  }

  #listen(event: string, listener: (error: Error) => void): void {
    this.client.on(event, listener);
    this.#cleanups.push(() => {
      this.client.off(event, listener);
    });
  }

  #once(event: string, listener: () => void): void {
    const once = () => {
      this.client.off(event, once);
      listener();
    };
    this.#listen(event, once);
  }

  #reportEnd(): void {
    this.#hasEnded = true;
    RedisConnection.#logger.error(
      'The connection to Redis has ended permanently: its retryStrategy gave up, or the ' +
        'application closed it. Requests are answered with 503 until this process restarts. ' +
        'Return a number of milliseconds from retryStrategy for every attempt.',
    );
  }
}

/** Describes a failure to connect, and how to fix it. */
function describeFailure(failure: Error): string {
  return isRefusedSelect(failure)
    ? `Redis rejects the database (${failure.message}). Use the number of an existing database, or grant the user +select.`
    : `Redis does not answer (${failure.message}). Start it, or check its URL, user and password.`;
}
