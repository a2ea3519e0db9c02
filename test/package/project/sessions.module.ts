import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SessionsController } from './sessions.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '5m' }),
  ],
  controllers: [SessionsController],
})
export class SessionsModule {}
