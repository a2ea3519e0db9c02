import { GracefulShutdownModule, SessionHealthModule } from '@app/session/health';
import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';

/** `GET /health/live` and `GET /health/ready`, and an end in order. */
@Module({
  imports: [SessionHealthModule, GracefulShutdownModule.forRoot({})],
  controllers: [HealthController],
})
export class HealthModule {}
