import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error';
import type { SessionModuleOptions } from '../options/session.options';
import { createRedisClient, unsafeSettingsOf, whenReady } from './redis-client';

/** How long the start of the application waits for Redis, in milliseconds. */
const START_TIMEOUT = 5_000;

/**
 * The module's connection to Redis: the client that the application gave, or one of its own.
 *
 * A Redis that is away at start does not stop the application: it starts, says so, answers 503, is
 * not ready, and recovers by itself, just as when Redis goes away later.
 */
export class RedisConnection implements OnApplicationShutdown {
  static readonly #logger = new Logger('SessionModule');

  private constructor(
    readonly client: Redis | Cluster,
    private readonly isOwn: boolean,
  ) {}

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
    const failure = await whenReady(client, START_TIMEOUT);
    if (failure) {
      RedisConnection.#logger.error(
        `Redis does not answer (${failure.message}). Requests are answered 503 until it does: start it, or check its URL, user and password.`,
      );
    }
    return connection;
  }

  static #of({ client, redis }: SessionModuleOptions): RedisConnection {
    if (client !== undefined) return new RedisConnection(client, false);
    if (redis !== undefined) return new RedisConnection(createRedisClient(redis), true);
    throw new SessionOptionsError(`Give SessionModule a 'client' or 'redis'.`);
  }

  /** Closes a client of its own; the application closes what it made. */
  onApplicationShutdown(): void {
    if (this.isOwn) this.client.disconnect();
  }
}
