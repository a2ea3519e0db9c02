import { PlatformModule, resourceSession, SESSION_REDIS } from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { CouponsModule } from './coupons/coupons.module';
import { OrdersEnvironment } from './orders.environment';
import { OrdersModule } from './orders/orders.module';

@Module({
  imports: [
    PlatformModule.forRoot(OrdersEnvironment),
    SessionModule.forRootAsync({
      inject: [SESSION_REDIS, OrdersEnvironment],
      useFactory: (client: Redis | Cluster | null, environment: OrdersEnvironment) => ({
        // Reads sessions from Redis, from auth or from a gateway, depending on SESSION_SOURCE.
        ...resourceSession(environment, client),
        requiredRole: 'orders',
        service: 'orders',
      }),
    }),
    CouponsModule,
    OrdersModule,
  ],
})
export class OrdersAppModule {}
