import { StreamLimit } from '@app/platform';
import { Module } from '@nestjs/common';
import { OrderFeed } from './order-feed';
import { OrderStreamController } from './order-stream.controller';

/** Maximum number of open event streams and WebSockets per session, together. */
const MOST_STREAMS = 10;

/** Live feed of the caller's orders: server-sent events and a WebSocket. Both end with the session. */
@Module({
  controllers: [OrderStreamController],
  providers: [OrderFeed, { provide: StreamLimit, useFactory: () => new StreamLimit(MOST_STREAMS) }],
  exports: [OrderFeed],
})
export class FeedModule {}
