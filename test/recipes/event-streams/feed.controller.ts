import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';
import { map, type Observable } from 'rxjs';
import { OrderFeed } from './order-feed.js';

@Controller('orders')
@Roles('orders')
export class FeedController {
  constructor(private readonly feed: OrderFeed) {}

  @Sse('stream')
  stream(@CurrentUser() user: SessionUser): Observable<MessageEvent> {
    return this.feed.of(user.id).pipe(map((order) => ({ type: 'order', data: order })));
  }
}
