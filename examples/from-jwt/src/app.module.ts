import { Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { ExchangeController } from './auth/exchange.controller.js';
import { OldCredentials } from './auth/old-credentials.js';
import { RefreshTokens } from './auth/refresh-tokens.js';
import { Users } from './auth/users.js';
import { JwtMigrationModule } from './jwt/jwt-migration.module.js';
import { SessionOrJwtGuard } from './jwt/session-or-jwt.guard.js';
import { OrdersController } from './orders.controller.js';
import { RedisModule } from './redis.module.js';

@Module({
  imports: [
    RedisModule,
    // #region session-module
    JwtMigrationModule,
    SessionModule.forRootAsync({
      inject: [Redis],
      useFactory: (client: Redis) => ({ client }),
      guard: SessionOrJwtGuard,
    }),
    // #endregion session-module
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, ExchangeController, OrdersController],
  providers: [OldCredentials, RefreshTokens, Users],
})
export class AppModule {}
