import { Inject, Injectable, type OnModuleDestroy, Optional } from '@nestjs/common';
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
    /** `null` where sessions are not read from Redis. */
    @Optional() @Inject(RedisConnection) private readonly connection: RedisConnection | null,
  ) {}

  onModuleDestroy(): void {
    this.#isEnding = true;
  }

  /**
   * For a readiness probe: whether the session store answers now. Down from the signal on that ends the
   * application, so that no more requests are sent to it.
   *
   * @param key The name under which the result is reported.
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
      // The cause names hosts and is in the log; this answer is for everybody.
      return indicator.down();
    }
  }

  /**
   * For a liveness probe: down when the Redis client has given up connecting, so that only a restart
   * helps. A Redis that is away, and will be back, leaves it up.
   *
   * @param key The name under which the result is reported.
   */
  isRecoverable<K extends string = 'sessions'>(key: K = 'sessions' as K): HealthIndicatorResult<K> {
    const indicator = this.health.check(key);
    return this.connection?.hasEnded ? indicator.down() : indicator.up();
  }
}
