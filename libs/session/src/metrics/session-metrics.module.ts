import { Module } from '@nestjs/common';
import { SessionEventLogModule } from '../events/session-event-log.module.js';
import { SessionMetrics } from './session-metrics.js';
import { ConfigurableModuleClass } from './session-metrics.module-definition.js';

/**
 * Metrics for Prometheus, in a registry of `prom-client`. Import it next to `SessionModule`. The application
 * serves the registry, for instance on a port of its own.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionMetricsModule.forRoot({}),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [SessionEventLogModule],
  providers: [SessionMetrics],
  exports: [SessionMetrics],
})
export class SessionMetricsModule extends ConfigurableModuleClass {}
