// #region module
import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionMetricsModule } from 'nest-sessions/metrics';
import { MetricsController } from './metrics.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionMetricsModule.forRoot({ events: true }),
  ],
  controllers: [MetricsController],
})
export class AppModule {}
// #endregion module
