import { Module } from '@nestjs/common';
import { SessionTracing } from './session-tracing.js';
import { ConfigurableModuleClass } from './session-tracing.module-definition.js';

/**
 * Traces sessions with OpenTelemetry. Import it next to `SessionModule`, and start an OpenTelemetry SDK before the
 * application. Without an SDK the module does nothing.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionTracingModule.forRoot({}),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ providers: [SessionTracing] })
export class SessionTracingModule extends ConfigurableModuleClass {}
