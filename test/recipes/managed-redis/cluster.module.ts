import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { redisNodesOptions } from 'nest-sessions/redis';
import { AuthController } from '../redis-failover/auth.controller.js';

@Module({
  imports: [
    // #region session-module
    SessionModule.forRootAsync({
      useFactory: () => ({
        redis: redisNodesOptions(process.env.REDIS_CLUSTER ?? '', 'REDIS_CLUSTER'),
      }),
    }),
    // #endregion session-module
    SessionIssuerModule.forRoot({}),
  ],
  controllers: [AuthController],
})
export class AuthModule {}
