import { ProblemException, StreamLimit } from '@app/platform';
import { CurrentSession, type Session } from 'nest-sessions';
import { withHeartbeats } from 'nest-sessions/channels';
import { Controller, Get, type MessageEvent, Sse } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';
import { OrderFeed } from './order-feed';

/** Characters of events that may wait for a client that does not read: beyond it, the client is dropped. */
const MAX_PENDING_LENGTH = 64 * 1024;

/** RFC 9110, 15.5.22. */
const UPGRADE_REQUIRED = 426;

/** Changes of the caller's orders as server-sent events. */
@ApiTags('live')
@Controller('orders')
export class OrderFeedController {
  constructor(
    private readonly feed: OrderFeed,
    private readonly streams: StreamLimit,
  ) {}

  @Sse('stream', { maxPendingDataLength: MAX_PENDING_LENGTH })
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

  /** Describes the WebSocket of `LiveOrdersGateway` to OpenAPI, and to clients without an upgrade. */
  @Get('live')
  @ApiOperation({
    summary: "WebSocket: changes of the caller's orders",
    description:
      'Open it as `ws:` or `wss:`. Messages are JSON: `{"event":"order-created","data":{…}}` and `order-deleted`. Send `{"event":"list"}` to receive `orders`. Close codes: 4401 session ended, 4403 role lost, 4429 too many streams or messages, 1013 session not verified and 1001 shutdown (connect again).',
  })
  @ApiResponse({ status: 101, description: 'The WebSocket is open.' })
  @ApiResponse({ status: 426, description: 'The request asks for no WebSocket.' })
  requireUpgrade(): never {
    throw new ProblemException(
      UPGRADE_REQUIRED,
      'ERR_UPGRADE_REQUIRED',
      'Open a WebSocket here, or request /orders/stream for server-sent events.',
      { headers: { Upgrade: 'websocket', Connection: 'Upgrade' } },
    );
  }
}
