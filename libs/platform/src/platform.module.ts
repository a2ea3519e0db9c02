import { type DynamicModule, Module } from '@nestjs/common';
import { EnvironmentModule } from './environment/environment.module';
import type { ServiceEnvironment } from './environment/service.environment';
import { HealthModule } from './health/health.module';
import { SessionRedisModule } from './redis/session-redis.module';

/** Modules that every service of this workspace has in addition to its own: environment, Redis, health. */
@Module({})
export class PlatformModule {
  static forRoot(environment: ServiceEnvironment): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [EnvironmentModule.forRoot(environment), SessionRedisModule, HealthModule],
      exports: [SessionRedisModule, HealthModule],
    };
  }
}
