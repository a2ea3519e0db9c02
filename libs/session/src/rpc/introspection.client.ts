import type { IntrospectionMessage, IntrospectionMessages } from './introspection.messages.js';

/** The connection ended before the response. It is unknown whether the message arrived. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';

  constructor(options?: ErrorOptions) {
    super('the connection ended before an answer came', options);
  }
}

/** Sends messages to the service that keeps the sessions, each signed by this service. */
export abstract class IntrospectionClient {
  /** Whether messages are sent over gRPC. */
  readonly isGrpc: boolean = false;

  /** Resolves when messages can be sent. When it rejects, no message was sent. */
  abstract connect(): Promise<unknown>;

  /**
   * Sends a message and returns the reply, unchecked.
   *
   * @param signal Aborted when the caller no longer waits.
   * @throws ConnectionLostError if the transport reports it
   */
  abstract send<M extends IntrospectionMessage>(
    pattern: M,
    request: IntrospectionMessages[M]['request'],
    signal: AbortSignal,
  ): Promise<unknown>;

  /** Drops a connection that may be dead; the next `connect` makes a new one. */
  abstract disconnect(): Promise<void>;
}
