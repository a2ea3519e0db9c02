import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { loadEnvironment } from './load-environment';
import { ServiceEnvironment } from './service.environment';

/**
 * Makes the validated environment injectable, as the service's own class and as {@link ServiceEnvironment}.
 */
@Module({})
export class EnvironmentModule {
  static forRoot(type: Type<ServiceEnvironment>): DynamicModule {
    return {
      module: EnvironmentModule,
      global: true,
      providers: [
        { provide: type, useFactory: () => loadEnvironment(type) },
        { provide: ServiceEnvironment, useExisting: type },
      ],
      exports: [type, ServiceEnvironment],
    };
  }
}
