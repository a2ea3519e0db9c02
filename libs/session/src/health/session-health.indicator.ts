import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SessionSource } from '../source/session.source';

/** Tells Terminus whether it can be found out who is asking: whether the session store answers. */
@Injectable()
export class SessionHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly source: SessionSource,
  ) {}

  /** @param key Under which name the result is reported. */
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
}
