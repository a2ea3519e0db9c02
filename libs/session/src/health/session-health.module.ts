import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SessionHealthIndicator } from './session-health.indicator.js';

/**
 * Provides {@link SessionHealthIndicator}; for applications that use `@nestjs/terminus`.
 *
 * @example
 * ```ts
 * @Controller('health')
 * export class HealthController {
 *   constructor(
 *     private readonly health: HealthCheckService,
 *     private readonly sessions: SessionHealthIndicator,
 *   ) {}
 *
 *   @Get()
 *   @Public()
 *   @HealthCheck()
 *   check() {
 *     return this.health.check([() => this.sessions.isHealthy()]);
 *   }
 * }
 * ```
 */
@Module({
  imports: [TerminusModule],
  providers: [SessionHealthIndicator],
  exports: [SessionHealthIndicator, TerminusModule],
})
export class SessionHealthModule {}
