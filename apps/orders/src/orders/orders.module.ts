import { Module } from '@nestjs/common';
import { ProductPricesModule } from '../products/product-prices.module';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';

@Module({
  imports: [ProductPricesModule],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class OrdersModule {}
