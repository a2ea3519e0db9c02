import { PlatformModule } from '@app/platform';
import { SessionModule } from '@app/session';
import { RedisService } from '@liaoliaots/nestjs-redis';
import { Module } from '@nestjs/common';
import { OrdersEnvironment } from './orders.environment';
import { OrdersModule } from './orders/orders.module';

@Module({
  imports: [
    PlatformModule.forRoot(OrdersEnvironment),
    SessionModule.forRootAsync({
      inject: [RedisService, OrdersEnvironment],
      useFactory: (redis: RedisService, { SESSION_COOKIE_NAME }: OrdersEnvironment) => ({
        client: redis.getOrThrow(),
        requiredRole: 'orders',
        cookie: { name: SESSION_COOKIE_NAME },
      }),
    }),
    OrdersModule,
  ],
})
export class OrdersAppModule {}
