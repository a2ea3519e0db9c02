import { StreamLimit, withHeartbeats } from '@app/platform';
import { CurrentSession, type Session } from 'nest-sessions';
import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';
import { OrderFeed } from './order-feed';

/** Characters of events that may wait for a client that does not read: beyond it, the client is dropped. */
const MAX_PENDING_LENGTH = 64 * 1024;

/** Streams the changes of the caller's orders as server-sent events. */
@ApiTags('orders')
@Controller('orders/stream')
export class OrderStreamController {
  constructor(
    private readonly feed: OrderFeed,
    private readonly streams: StreamLimit,
  ) {}

  @Sse('', { maxPendingDataLength: MAX_PENDING_LENGTH })
  @ApiOperation({
    summary: "Server-sent events: changes of the caller's orders",
    description:
      'To miss nothing, open the stream first and read `GET /orders` then, also after each reconnection.',
  })
  @ApiOkResponse({
    description:
      'Events `order-created` (data: the order) and `order-deleted` (data: its `id`), and a `heartbeat` every 10 seconds. When the session ends or loses the role, the last event is `session-ended` with the `code`.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiTooManyRequestsResponse({ description: 'The session has ten streams and WebSockets open.' })
  follow(@CurrentSession() { id, user }: Session): Observable<MessageEvent> {
    this.streams.requireRoom(id);
    const events = this.feed.of(user.id).pipe(map(({ event, data }) => ({ type: event, data })));
    return this.streams.counted(id, withHeartbeats(events));
  }
}
