import { SessionCalls } from 'nest-sessions/calls';
import { Module } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { OrdersEnvironment } from '../orders.environment';
import { ProductPrices } from './product-prices';
import { PRODUCTS_CLIENT } from './products-client.token';

@Module({
  imports: [
    ClientsModule.registerAsync([
      {
        name: PRODUCTS_CLIENT,
        inject: [SessionCalls, OrdersEnvironment],
        useFactory: (
          calls: SessionCalls,
          { productsRpcHost, PRODUCTS_RPC_PORT }: OrdersEnvironment,
        ) =>
          calls.client('products', {
            transport: Transport.TCP,
            options: { host: productsRpcHost, port: PRODUCTS_RPC_PORT },
          }),
      },
    ]),
  ],
  providers: [ProductPrices],
  exports: [ProductPrices],
})
export class ProductPricesModule {}
