import { SessionHealthModule } from '@app/session/health';
import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';

/** `GET /health/live` and `GET /health/ready`. */
@Module({ imports: [SessionHealthModule], controllers: [HealthController] })
export class HealthModule {}
