import { ProblemException, StreamLimit } from '@app/platform';
import {
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  type WsResponse,
} from '@nestjs/websockets';
import { CurrentUser, type Session, sessionOf, type SessionUser } from 'nest-sessions';
import type WebSocket from 'ws';
import type { Order } from '../orders/order';
import { OrdersService } from '../orders/orders.service';
import { LiveSockets } from './live-sockets';
import { OrderFeed } from './order-feed';

/** Maximum size of a message of a client, in bytes: a larger message closes the socket with 1009. */
const MAX_MESSAGE_BYTES = 1_024;

/**
 * Changes of the caller's orders over a WebSocket. The guard refuses the upgrade without a session or without the
 * module's `requiredRole`, and closes the socket when the session ends.
 */
@WebSocketGateway({ path: '/orders/live', maxPayload: MAX_MESSAGE_BYTES })
export class LiveOrdersGateway implements OnGatewayConnection<WebSocket> {
  constructor(
    private readonly orders: OrdersService,
    private readonly feed: OrderFeed,
    private readonly streams: StreamLimit,
    private readonly sockets: LiveSockets,
  ) {}

  handleConnection(socket: WebSocket): void {
    const session = sessionOf(socket);
    // The guard admits no socket without a session.
    if (!session) {
      socket.terminate();
      return;
    }
    this.sockets.add(socket);
    this.#follow(socket, session);
  }

  /** Returns the orders as they are now. */
  @SubscribeMessage('list')
  list(@CurrentUser() user: SessionUser): WsResponse<Order[]> {
    return { event: 'orders', data: this.orders.findAllOf(user.id) };
  }

  #follow(socket: WebSocket, { id, user }: Session): void {
    const close = this.#take(id);
    if (close === null) {
      this.sockets.refuse(socket, 'ERR_TOO_MANY_STREAMS');
      return;
    }
    const subscription = this.feed.of(user.id).subscribe((event) => {
      this.sockets.send(socket, event);
    });
    socket.once('close', () => {
      subscription.unsubscribe();
      close();
    });
  }

  #take(sessionId: string): (() => void) | null {
    try {
      return this.streams.take(sessionId);
    } catch (error) {
      if (error instanceof ProblemException) return null;
      throw error;
    }
  }
}
