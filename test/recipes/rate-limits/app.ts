import { Controller, Get, Module, Post } from '@nestjs/common';
import { seconds, Throttle, ThrottlerModule } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { Public, SessionModule } from 'nest-sessions';
import { RateLimitsModule } from './rate-limits.module.js';
import { RedisThrottlerStorage } from './redis-throttler.storage.js';

export const limitsIn = (redis: Redis) =>
  // #region redis
  ThrottlerModule.forRoot({
    throttlers: [{ limit: 100, ttl: seconds(60), blockDuration: seconds(600) }],
    storage: new RedisThrottlerStorage(redis),
  });
// #endregion redis

// #region sign-in
@Controller('auth')
export class AuthController {
  @Post('login')
  @Public()
  @Throttle({ default: { limit: 5, ttl: seconds(60) } })
  login() {
    // Check the password, create the session, write the cookie.
  }
}
// #endregion sign-in

@Controller('orders')
export class OrdersController {
  @Get()
  list(): string[] {
    return [];
  }
}

// #region app
@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    RateLimitsModule, // after SessionModule: its guard runs second, and knows the session
  ],
  controllers: [AuthController, OrdersController],
})
export class AppModule {}
// #endregion app
