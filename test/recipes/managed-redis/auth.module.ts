import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from '../redis-failover/auth.controller.js';
import { RedisModule, SessionRedis } from './redis.module.js';

@Module({
  imports: [
    // #region session-module
    SessionModule.forRootAsync({
      imports: [RedisModule],
      inject: [SessionRedis],
      useFactory: async (redis: SessionRedis) => ({ client: (await redis.start()).client }),
    }),
    // #endregion session-module
    SessionIssuerModule.forRoot({}),
  ],
  controllers: [AuthController],
})
export class AuthModule {}
