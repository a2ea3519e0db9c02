import { StreamLimit } from '@app/platform';
import { Module } from '@nestjs/common';
import { LiveOrdersGateway } from '../feed/live-orders.gateway';
import { LiveSockets } from '../feed/live-sockets';
import { OrderFeed } from '../feed/order-feed';
import { OrderFeedController } from '../feed/order-feed.controller';
import { ProductPricesModule } from '../products/product-prices.module';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';

/** Maximum number of open event streams and WebSockets per session, together. */
const MOST_STREAMS = 10;

/** Orders, and their live feed: server-sent events and a WebSocket. Both end with the session. */
@Module({
  imports: [ProductPricesModule],
  // The feed comes first: `GET /orders/:id` would match its routes.
  controllers: [OrderFeedController, OrdersController],
  providers: [
    OrdersService,
    OrderFeed,
    LiveOrdersGateway,
    LiveSockets,
    { provide: StreamLimit, useFactory: () => new StreamLimit(MOST_STREAMS) },
  ],
})
export class OrdersModule {}
