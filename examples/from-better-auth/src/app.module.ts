import { Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { SignInTimes } from './auth/sign-in-times.js';
import { UpgradeController } from './auth/upgrade.controller.js';
import { BetterAuthModule } from './better-auth/better-auth.module.js';
import { SessionOrBetterAuthGuard } from './better-auth/session-or-better-auth.guard.js';
import { OrdersController } from './orders.controller.js';
import { RedisModule } from './redis.module.js';

@Module({
  imports: [
    RedisModule,
    BetterAuthModule,
    SessionModule.forRootAsync({
      inject: [Redis],
      useFactory: (client: Redis) => ({ client }),
      guard: SessionOrBetterAuthGuard,
    }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, UpgradeController, OrdersController],
  providers: [SignInTimes],
})
export class AppModule {}
