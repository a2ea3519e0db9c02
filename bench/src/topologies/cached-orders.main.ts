import 'reflect-metadata';
import { PlatformModule, resourceSession, runService } from '@app/platform';
import { SessionModule, type SessionModuleOptions } from 'nest-sessions';
import { Module } from '@nestjs/common';
import { OrdersEnvironment } from '../../../apps/orders/src/orders.environment';
import { OrdersModule } from '../../../apps/orders/src/orders/orders.module';
import { RPC_CACHE } from './topology';

/*
 * The orders app with one option more, for which it has no variable: what auth has told is kept for a
 * while.
 */

@Module({
  imports: [
    PlatformModule.forRoot(OrdersEnvironment),
    SessionModule.forRootAsync({
      inject: [OrdersEnvironment],
      useFactory: (environment: OrdersEnvironment) => ({
        ...cached(resourceSession(environment, null)),
        requiredRole: 'orders',
        service: 'orders',
      }),
    }),
    OrdersModule,
  ],
})
class CachedOrdersModule {}

function cached(options: SessionModuleOptions): SessionModuleOptions {
  return { ...options, ...(options.rpc && { rpc: { ...options.rpc, cache: RPC_CACHE } }) };
}

void runService({
  name: 'orders',
  module: CachedOrdersModule,
  environment: OrdersEnvironment,
  port: 'ORDERS_PORT',
});
