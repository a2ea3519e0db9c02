import 'reflect-metadata';
import {
  PlatformModule,
  resourceSession,
  runService,
  sessionFeatures,
  sessionSource,
} from '@app/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { OrdersEnvironment } from '../../../apps/orders/src/orders.environment';
import { OrdersModule } from '../../../apps/orders/src/orders/orders.module';
import { RPC_CACHE } from './topology';

/** The orders app with a cache of introspected sessions, an option without an environment variable. */
@Module({})
class CachedOrdersModule {
  static register(environment: OrdersEnvironment): DynamicModule {
    return {
      module: CachedOrdersModule,
      imports: [
        PlatformModule.forRoot(environment),
        SessionModule.forRoot({
          ...resourceSession(environment, null),
          requiredRole: 'orders',
          service: 'orders',
        }),
        ...sessionFeatures(environment),
        ...sessionSource(environment, { cache: RPC_CACHE }),
        OrdersModule,
      ],
    };
  }
}

void runService({
  name: 'orders',
  module: (environment) => CachedOrdersModule.register(environment),
  environment: OrdersEnvironment,
  port: 'ORDERS_PORT',
});
