import type { IncomingMessage } from 'node:http';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import { Public, type Session, SessionSource } from 'nest-sessions';

/** Only its pages may open sockets. */
const APP_ORIGIN = 'https://app.example.com';

/** Socket of `@nestjs/platform-ws`. */
interface Socket {
  close(code: number): void;
}

@WebSocketGateway({ path: '/notes' })
@Public() // messages carry no session: the gateway checks them itself
export class NotesGateway implements OnGatewayConnection {
  readonly #handshakes = new WeakMap<Socket, IncomingMessage>();

  constructor(private readonly sessions: SessionSource) {}

  handleConnection(socket: Socket, handshake: IncomingMessage) {
    // Browsers send the cookie also for pages of other origins on the same site.
    if (handshake.headers.origin !== APP_ORIGIN) socket.close(1008);
    else this.#handshakes.set(socket, handshake);
  }

  @SubscribeMessage('write')
  async write(@ConnectedSocket() socket: Socket, @MessageBody() text: string) {
    const { user } = await this.#require(socket, 'notes:write');
    return { event: 'written', data: { text, by: user.username } };
  }

  /** Looks the session up for each message, so that its end takes effect on the next message. */
  async #require(socket: Socket, role: string): Promise<Session> {
    const handshake = this.#handshakes.get(socket);
    const session = handshake ? await this.sessions.find(handshake) : null;
    if (session === null) throw new WsException('Sign in again.');
    if (!session.hasRole(role)) throw new WsException('Your role does not allow this.');
    await this.sessions.touch(session); // renews the idle timeout
    return session;
  }
}
