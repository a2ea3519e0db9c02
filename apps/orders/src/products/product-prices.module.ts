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
        inject: [OrdersEnvironment],
        useFactory: ({ PRODUCTS_RPC_PORT }: OrdersEnvironment) => ({
          transport: Transport.TCP,
          options: { host: '127.0.0.1', port: PRODUCTS_RPC_PORT },
        }),
      },
    ]),
  ],
  providers: [ProductPrices],
  exports: [ProductPrices],
})
export class ProductPricesModule {}
