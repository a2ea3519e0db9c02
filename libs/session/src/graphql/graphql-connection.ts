import type { ExecutionContext } from '@nestjs/common';
import type { Duplex } from 'node:stream';
import type { Channel } from '../channels/channel.js';
import type { SessionChannels } from '../channels/session-channels.js';
import type { SessionException } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { closeCodeOf } from './close-code.js';

/** WebSocket of `ws`. */
export interface WebSocketLike {
  close(code: number, reason: string): void;
}

/** Connection of a client for GraphQL operations, from its upgrade to its end. */
export class GraphqlConnection {
  readonly #channels = new Map<string, Channel>();
  #webSocket: WebSocketLike | null = null;

  constructor(
    /** Credentials of the upgrade, without what clients send later. */
    readonly credentials: TokenRequest,
    private readonly socket: Duplex,
    private readonly registry: SessionChannels,
  ) {
    socket.once('close', () => {
      for (const channel of this.#channels.values()) channel.release();
      this.#channels.clear();
    });
  }

  /** Knows the WebSocket from now on, so that the client receives the reason of its end. */
  attach(webSocket: WebSocketLike): void {
    this.#webSocket = webSocket;
  }

  /**
   * Closes the connection when the session no longer meets the requirements of a handler.
   *
   * @returns a function that ends the requirement of this handler
   */
  hold(session: Session, context: ExecutionContext): () => void {
    if (this.socket.destroyed) return () => undefined;
    const { id } = session;
    const open = this.#channels.get(id);
    if (open === undefined) {
      this.#channels.set(id, this.#open(session, context));
      return () => undefined;
    }
    const remove = open.require(context);
    // Between the authorization and this moment, the session may have changed.
    this.registry.verify(id);
    return remove;
  }

  #open(session: Session, context: ExecutionContext): Channel {
    return this.registry.open(session, {
      context,
      request: this.credentials,
      connection: {
        close: (reason) => {
          this.#close(reason);
        },
        terminate: () => this.socket.destroy(),
      },
    });
  }

  #close(reason: SessionException): void {
    // Before `connection_init`, the WebSocket is not known yet.
    if (this.#webSocket === null) this.socket.destroy();
    else this.#webSocket.close(closeCodeOf(reason.getStatus()), reason.code);
  }
}
