import {
  PlatformModule,
  resourceSession,
  SESSION_REDIS,
  sessionFeatures,
  sessionSource,
} from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { CouponsModule } from './coupons/coupons.module';
import type { OrdersEnvironment } from './orders.environment';
import { OrdersModule } from './orders/orders.module';

@Module({})
export class OrdersAppModule {
  static register(environment: OrdersEnvironment): DynamicModule {
    return {
      module: OrdersAppModule,
      imports: [
        PlatformModule.forRoot(environment),
        SessionModule.forRootAsync({
          inject: [SESSION_REDIS],
          useFactory: (client: Redis | Cluster | null) => ({
            ...resourceSession(environment, client),
            requiredRole: 'orders' as const,
            service: 'orders',
          }),
        }),
        ...sessionFeatures(environment),
        // Reads sessions from Redis, from auth or from a gateway, depending on SESSION_SOURCE.
        ...sessionSource(environment),
        CouponsModule,
        OrdersModule,
      ],
    };
  }
}
