import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SessionSource } from '../source/session.source.js';
import { RedisConnection } from '../store/redis-connection.js';

/** Reports to Terminus whether the session store answers, and whether it can answer again. */
@Injectable()
export class SessionHealthIndicator implements OnModuleDestroy {
  #isEnding = false;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly source: SessionSource,
    private readonly connection: RedisConnection,
  ) {}

  /** @internal Hook that Nest calls. */
  onModuleDestroy(): void {
    this.#isEnding = true;
  }

  /**
   * Readiness probe: whether the session store answers now. Down from the signal that ends the application,
   * so that the application receives no more requests.
   *
   * @param key Name under which the result is reported.
   *
   * @example
   * const ready = await health.check([() => indicator.isHealthy()]);
   */
  async isHealthy<K extends string = 'sessions'>(
    key: K = 'sessions' as K,
  ): Promise<HealthIndicatorResult<K>> {
    const indicator = this.health.check(key);
    if (this.#isEnding) return indicator.down();
    try {
      await this.source.ping();
      return indicator.up();
    } catch {
      // The cause names hosts, and this answer is public.
      return indicator.down();
    }
  }

  /**
   * Liveness probe: down when the Redis client has given up connecting, so that only a restart helps. It
   * stays up during an outage from which the client can reconnect.
   *
   * @param key Name under which the result is reported.
   *
   * @example
   * const live = await health.check([() => indicator.isRecoverable()]);
   */
  isRecoverable<K extends string = 'sessions'>(key: K = 'sessions' as K): HealthIndicatorResult<K> {
    const indicator = this.health.check(key);
    return this.connection.hasEnded ? indicator.down() : indicator.up();
  }
}
