import { Module } from '@nestjs/common';
import { FeedModule } from '../feed/feed.module';
import { ProductPricesModule } from '../products/product-prices.module';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';

@Module({
  imports: [FeedModule, ProductPricesModule],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class OrdersModule {}
