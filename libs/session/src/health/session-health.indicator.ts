import { Inject, Injectable, Optional } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SessionSource } from '../source/session.source';
import { RedisConnection } from '../store/redis-connection';

/** Reports to Terminus whether the session store answers, and whether it can answer again. */
@Injectable()
export class SessionHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly source: SessionSource,
    /** `null` where sessions are not read from Redis. */
    @Optional() @Inject(RedisConnection) private readonly connection: RedisConnection | null,
  ) {}

  /**
   * For a readiness probe: whether the session store answers now.
   *
   * @param key The name under which the result is reported.
   */
  async isHealthy<K extends string = 'sessions'>(
    key: K = 'sessions' as K,
  ): Promise<HealthIndicatorResult<K>> {
    const indicator = this.health.check(key);
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
