import {
  PlatformModule,
  resourceSession,
  SESSION_REDIS,
  sessionFeatures,
  sessionSource,
} from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { SessionChannelsModule } from 'nest-sessions/channels';
import { SessionWebSocketsModule } from 'nest-sessions/websockets';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { CouponsModule } from './coupons/coupons.module';
import type { OrdersEnvironment } from './orders.environment';
import { OrdersModule } from './orders/orders.module';
import { TryPageModule } from './try-page/try-page.module';

@Module({})
export class OrdersAppModule {
  static register(environment: OrdersEnvironment): DynamicModule {
    return {
      module: OrdersAppModule,
      imports: [
        PlatformModule.forRoot(environment, {
          readsEvents: environment.SESSION_SOURCE === 'redis',
        }),
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
        // Guard the live feed of orders, and end it with the session.
        SessionChannelsModule.forRoot(environment.channels),
        SessionWebSocketsModule,
        CouponsModule,
        OrdersModule,
        ...(environment.isProduction ? [] : [TryPageModule]),
      ],
    };
  }
}
