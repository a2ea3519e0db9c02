// #region module
import { Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { createRedisClient, redisUrlOptions } from 'nest-sessions/redis';
import { TokenSource } from './token-source.js';
import { withToken } from './with-token.js';

const RENEWAL_INTERVAL = 5 * 60_000;

@Injectable()
export class SessionRedis implements OnApplicationShutdown {
  readonly client: Redis;
  readonly #logger = new Logger(SessionRedis.name);
  #token = '';
  #timer?: NodeJS.Timeout;

  constructor(private readonly source: TokenSource) {
    const options = { ...redisUrlOptions(process.env.REDIS_URL ?? ''), lazyConnect: true };
    this.client = createRedisClient(withToken(options, () => this.#token));
  }

  /** Fetches the first token, and renews it from then on. */
  async start(): Promise<this> {
    this.#token = await this.source.fetch();
    this.#timer = setInterval(() => void this.renew(), RENEWAL_INTERVAL);
    return this;
  }

  async renew(): Promise<void> {
    try {
      this.#token = await this.source.fetch();
      await this.client.auth(this.client.options.username ?? 'default', this.#token);
    } catch (error) {
      this.#logger.warn(`Renewing the Redis token failed: ${String(error)}`);
    }
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.client.disconnect();
  }
}

@Module({
  providers: [TokenSource, SessionRedis],
  exports: [SessionRedis],
})
export class RedisModule {}
// #endregion module
