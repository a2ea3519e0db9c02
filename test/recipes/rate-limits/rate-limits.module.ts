import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { seconds, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { sessionOf } from 'nest-sessions';

/** Counts the requests of a user from all addresses together, and anonymous requests by address. */
export class UserThrottlerGuard extends ThrottlerGuard {
  protected override async getTracker(request: Record<string, unknown>): Promise<string> {
    const session = sessionOf(request);
    return session ? `user:${session.user.id}` : super.getTracker(request);
  }
}

@Module({
  imports: [ThrottlerModule.forRoot([{ limit: 100, ttl: seconds(60) }])],
  providers: [{ provide: APP_GUARD, useClass: UserThrottlerGuard }],
})
export class RateLimitsModule {}
