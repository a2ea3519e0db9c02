import type { ExecutionContext } from '@nestjs/common';
import type { SessionException } from '../errors/session-exception.js';
import type { TokenRequest } from '../token/token-headers.js';

/** Connection behind a channel, in the form of its transport. */
export interface ChannelConnection {
  /** Sends the client the reason, then begins to close the connection. */
  close(reason: SessionException): void;

  /** Ends the connection at once. Called when a client has not closed it in time. */
  terminate(): void;
}

/** Channel to open. */
export interface NewChannel {
  /** Handler that the guard has authorized. */
  readonly context: ExecutionContext;
  /** Credentials with which the channel was opened. */
  readonly request: TokenRequest;
  readonly connection: ChannelConnection;
}

/** Open connection of a session, such as a WebSocket or an event stream. It ends with the session. */
export class Channel {
  /** Handlers whose requirements the session must meet while the channel is open. */
  readonly #required: ExecutionContext[];
  readonly request: TokenRequest;
  readonly connection: ChannelConnection;

  /** @param onRelease Called when the connection is closed. */
  constructor(
    { context, request, connection }: NewChannel,
    private readonly onRelease: (channel: Channel) => void,
  ) {
    this.#required = [context];
    this.request = request;
    this.connection = connection;
  }

  /** Handlers whose requirements the session must meet while the channel is open. */
  get required(): readonly ExecutionContext[] {
    return this.#required;
  }

  /**
   * Adds a handler that uses the channel for longer than one message. The channel is closed when the session no
   * longer meets its requirements.
   *
   * @returns a function that removes the handler
   */
  require(context: ExecutionContext): () => void {
    this.#required.push(context);
    return () => {
      const at = this.#required.indexOf(context);
      if (at !== -1) this.#required.splice(at, 1);
    };
  }

  /** Reports that the connection is closed. Call it once the client or the handler has closed it. */
  release(): void {
    this.onRelease(this);
  }
}
