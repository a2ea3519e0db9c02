import { PlatformModule, SESSION_REDIS } from '@app/platform';
import { SessionModule } from '@app/session';
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
      useFactory: (
        client: Redis | Cluster,
        { REDIS_STRICT, SESSION_COOKIE_NAME, SESSION_NEAR_CACHE }: OrdersEnvironment,
      ) => ({
        client,
        strict: REDIS_STRICT,
        requiredRole: 'orders',
        service: 'orders',
        cookie: { name: SESSION_COOKIE_NAME },
        nearCache: SESSION_NEAR_CACHE,
      }),
    }),
    CouponsModule,
    OrdersModule,
  ],
})
export class OrdersAppModule {}
