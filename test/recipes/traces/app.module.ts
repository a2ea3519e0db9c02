// #region module
import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionTracingModule } from 'nest-sessions/tracing';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionTracingModule.forRoot({}),
  ],
})
export class AppModule {}
// #endregion module
