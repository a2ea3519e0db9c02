import { GracefulShutdownModule, SessionHealthModule } from 'nest-sessions/health';
import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { ReadinessDetails } from './readiness-details';

/** `GET /health/live` and `GET /health/ready`, and graceful shutdown. */
@Module({
  imports: [SessionHealthModule, GracefulShutdownModule.forRoot({})],
  controllers: [HealthController],
  providers: [ReadinessDetails],
  exports: [ReadinessDetails],
})
export class HealthModule {}
