import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionCallsModule } from 'nest-sessions/calls';
import { ProductsController } from './products.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'products' }),
    // #region callers
    SessionCallsModule.forRoot({
      secret: process.env.PRODUCTS_SECRET,
      callers: {
        orders: process.env.ORDERS_SECRET ?? '',
        billing: process.env.BILLING_SECRET ?? '',
      },
    }),
    // #endregion callers
  ],
  controllers: [ProductsController],
})
export class ProductsModule {}
