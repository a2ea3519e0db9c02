import type { ExecutionContext } from '@nestjs/common';
import type { Channel, ChannelConnection } from '../channels/channel.js';
import type { SessionChannels } from '../channels/session-channels.js';
import type { SessionException } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import type { MessageHandling } from './message-handling.js';

const CONNECTION = Symbol('nest-sessions:connection');

/** Connection of a client to a server with gateways. The guard has admitted it. */
export abstract class GatewayConnection implements ChannelConnection {
  #channel: Channel | null = null;
  #isClosing = false;

  /**
   * @param messages Guard and interceptor of the messages on this connection.
   * @param credentials Credentials of the handshake.
   * @param session Session of the handshake; `null` without a session.
   */
  constructor(
    private readonly channels: SessionChannels,
    readonly messages: MessageHandling,
    readonly credentials: TokenRequest,
    readonly session: Session | null,
  ) {}

  /** Credentials of each message; `null` once the connection is being closed, so that no message follows. */
  get request(): TokenRequest | null {
    return this.#isClosing ? null : this.credentials;
  }

  /**
   * Closes the connection when its session ends, or no longer meets the requirements of the handlers.
   *
   * @param contexts Handlers that the whole connection must be authorized for.
   */
  bind(session: Session, [first, ...others]: readonly ExecutionContext[]): void {
    if (first === undefined) return;
    this.#channel = this.#open(session, first);
    for (const context of others) this.#channel.require(context);
  }

  /**
   * Closes the connection when the session no longer meets the requirements of a handler, until the returned
   * function is called.
   */
  hold(session: Session, context: ExecutionContext): () => void {
    if (this.#channel !== null) return this.#channel.require(context);
    const channel = this.#open(session, context);
    return () => {
      channel.release();
    };
  }

  /** Reports that the connection is closed. */
  release(): void {
    this.#channel?.release();
  }

  close(reason: SessionException): void {
    // A connection may have several channels, which end together.
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.sendClose(reason);
  }

  abstract terminate(): void;

  /** Sends the client the reason, and begins to close the connection. */
  protected abstract sendClose(reason: SessionException): void;

  #open(session: Session, context: ExecutionContext): Channel {
    return this.channels.open(session, { context, request: this.credentials, connection: this });
  }
}

/** Attaches a connection to its client. */
export function attachConnection(client: object, connection: GatewayConnection): void {
  (client as { [CONNECTION]?: GatewayConnection })[CONNECTION] = connection;
}

/** Returns the connection of a client; `undefined` if the guard has not admitted the client. */
export function connectionOf(client: object): GatewayConnection | undefined {
  return (client as { readonly [CONNECTION]?: GatewayConnection })[CONNECTION];
}
