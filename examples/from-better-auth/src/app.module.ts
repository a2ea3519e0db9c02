import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { UpgradeController } from './auth/upgrade.controller.js';
import { BetterAuthModule } from './better-auth/better-auth.module.js';
import { SessionOrBetterAuthGuard } from './better-auth/session-or-better-auth.guard.js';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [
    BetterAuthModule,
    SessionModule.forRootAsync({
      useFactory: () => ({ redis: process.env.REDIS_URL }),
      guard: SessionOrBetterAuthGuard,
    }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, UpgradeController, OrdersController],
})
export class AppModule {}
