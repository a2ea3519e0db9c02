import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceEnvironment } from './service.environment';

/**
 * Makes the validated environment injectable, as the service's own class and as {@link ServiceEnvironment}.
 */
@Module({})
export class EnvironmentModule {
  static forRoot(environment: ServiceEnvironment): DynamicModule {
    return {
      module: EnvironmentModule,
      global: true,
      providers: [
        { provide: environment.constructor, useValue: environment },
        { provide: ServiceEnvironment, useValue: environment },
      ],
      exports: [environment.constructor, ServiceEnvironment],
    };
  }
}
