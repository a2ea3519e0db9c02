import { HealthIndicatorService } from '@nestjs/terminus';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { SessionSource } from '../source/session.source.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionHealthIndicator } from './session-health.indicator.js';

function indicatorOf(ping: () => Promise<void>): SessionHealthIndicator {
  return new SessionHealthIndicator(
    new HealthIndicatorService(),
    { ping } as SessionSource,
    RedisConnection.none(),
  );
}

describe('the health of the session store', () => {
  const isUp = indicatorOf(() => Promise.resolve());

  it('is up while the store answers', async () => {
    expect(await isUp.isHealthy()).toEqual({ sessions: { status: 'up' } });
  });

  it('is recoverable without a Redis connection', () => {
    expect(isUp.isRecoverable()).toEqual({ sessions: { status: 'up' } });
    expect(isUp.isRecoverable('redis')).toEqual({ redis: { status: 'up' } });
  });

  it('is reported under the requested name', async () => {
    expect(await isUp.isHealthy('redis')).toEqual({ redis: { status: 'up' } });
  });

  it('is down, without the cause, while the store does not answer', async () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:6379');
    const isDown = indicatorOf(() => Promise.reject(new SessionStoreUnavailableError({ cause })));

    expect(await isDown.isHealthy()).toEqual({ sessions: { status: 'down' } });
  });
});
