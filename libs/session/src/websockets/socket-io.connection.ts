import { HttpStatus } from '@nestjs/common';
import type { SessionChannels } from '../channels/session-channels.js';
import type { SessionException } from '../errors/session-exception.js';
import { messageErrorOf } from '../guard/message-error.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { GatewayConnection } from './gateway-connection.js';
import type { MessageHandling } from './message-handling.js';
import type { EngineConnection, EngineWebSocket, IoSocket } from './socket-io.types.js';

/** Event with which Nest sends errors to clients. */
const EXCEPTION = 'exception';

/** State of a WebSocket whose connection is closed. */
const CLOSED = 3;

/** Connection of Engine.IO, by long polling or by a WebSocket. */
export class SocketIoConnection extends GatewayConnection {
  /** The client's sockets, one for each namespace. */
  #sockets: IoSocket[] = [];

  constructor(
    channels: SessionChannels,
    messages: MessageHandling,
    credentials: TokenRequest,
    session: Session | null,
    private readonly engine: EngineConnection,
  ) {
    super(channels, messages, credentials, session);
  }

  join(socket: IoSocket): void {
    this.#sockets.push(socket);
  }

  leave(socket: IoSocket): void {
    this.#sockets = this.#sockets.filter((it) => it !== socket);
  }

  terminate(): void {
    this.engine.close(true);
    this.#webSocket()?.terminate();
  }

  /**
   * Waits for the WebSocket: Engine.IO reports its end before the client has answered the close frame, and a client
   * that does not answer must be terminated.
   */
  override release(): void {
    const webSocket = this.#webSocket();
    if (webSocket === null) super.release();
    else
      webSocket.once('close', () => {
        super.release();
      });
  }

  protected sendClose(reason: SessionException): void {
    const sockets = this.#sockets;
    const error = messageErrorOf(reason);
    for (const socket of sockets) socket.emit(EXCEPTION, error);
    const [socket] = sockets;
    // A client that the server disconnects does not connect again by itself. With a closed engine, it does.
    const isTemporary = reason.getStatus() === HttpStatus.SERVICE_UNAVAILABLE.valueOf();
    if (socket === undefined || isTemporary) this.engine.close();
    else socket.disconnect(true);
  }

  /** WebSocket that is not closed yet; `null` by long polling. */
  #webSocket(): EngineWebSocket | null {
    const { socket } = this.engine.transport;
    const { readyState, terminate, once } = socket ?? {};
    if (readyState === undefined || readyState === CLOSED) return null;
    return terminate && once ? (socket as EngineWebSocket) : null;
  }
}
