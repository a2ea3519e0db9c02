import { type DynamicModule, Module } from '@nestjs/common';
import { EnvironmentModule } from './environment/environment.module';
import type { ServiceEnvironment } from './environment/service.environment';
import { HealthModule } from './health/health.module';
import { MetricsModule } from './metrics/metrics.module';
import { SessionRedisModule } from './redis/session-redis.module';
import { TracingModule } from './tracing/tracing.module';

/** Modules that every service of this workspace has in addition to its own: environment, Redis, health, metrics, traces. */
@Module({})
export class PlatformModule {
  /** @param readsEvents Whether the service's Redis user may read the session events. */
  static forRoot(environment: ServiceEnvironment, { readsEvents = false } = {}): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [
        EnvironmentModule.forRoot(environment),
        SessionRedisModule,
        HealthModule,
        MetricsModule.forRoot(environment, { readsEvents }),
        TracingModule.forRoot(),
      ],
      exports: [SessionRedisModule, HealthModule],
    };
  }
}
