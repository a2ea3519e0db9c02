import type { IntrospectionMessage, IntrospectionMessages } from './introspection.messages';

/** Carries messages to the service that keeps the sessions, each signed by this one. */
export abstract class IntrospectionClient {
  /** Resolves when messages can be sent. When it rejects, none was. */
  abstract connect(): Promise<unknown>;

  /**
   * Sends a message, and gives what comes back, unchecked.
   *
   * @param signal Aborted when nobody waits any more.
   */
  abstract send<M extends IntrospectionMessage>(
    pattern: M,
    request: IntrospectionMessages[M]['request'],
    signal: AbortSignal,
  ): Promise<unknown>;

  /** Drops a connection that may be dead; the next `connect` makes a new one. */
  abstract disconnect(): Promise<void>;
}
