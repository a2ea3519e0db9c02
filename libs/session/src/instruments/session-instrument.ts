import type { ExecutionContext } from '@nestjs/common';

/**
 * Names of the operations that instruments observe.
 *
 * - `authorize`: the guard's decision about a request or message. Throws the denial.
 * - `find`: the lookup of a request's session. A value that is no promise came from this process' memory.
 * - `handle`: the handler of a request or message. The result is an Observable.
 * - `call`: a message to the service that keeps the sessions.
 * - `introspect`: the lookup of a session for another service.
 * - `verify`: the decision about a request of a gateway.
 * - `create`, `rotate`, `revoke`: changes of a session by the issuing app.
 */
export type SessionOperationName =
  | 'authorize'
  | 'call'
  | 'create'
  | 'find'
  | 'handle'
  | 'introspect'
  | 'revoke'
  | 'rotate'
  | 'verify';

/** Message to another service. */
export interface SentMessage {
  /** Pattern of its handler. */
  readonly pattern: string;
  /** Whether the message is sent over gRPC. */
  readonly isGrpc: boolean;
}

/** Operation that instruments observe. */
export interface SessionOperation {
  readonly name: SessionOperationName;
  /** Id of the session (SHA-256 of its token), where the operation begins with one. */
  readonly sessionId?: string;
  /** Request or message, for `authorize` and `handle`. */
  readonly context?: ExecutionContext;
  /** Sent message, for `call`. */
  readonly message?: SentMessage;
}

/** Observes operations, for instance to measure their duration. Observers change no result. */
export abstract class SessionInstrument {
  /**
   * Runs an operation and returns its result. The result may be a promise.
   *
   * @throws the error of the operation, and none of its own
   */
  abstract run<Result>(operation: SessionOperation, body: () => Result): Result;

  /**
   * Returns headers for a call to another service, such as the context of a trace: names in lower case, and
   * their values. The headers are not signed.
   *
   * @default no headers
   */
  headers?(): Readonly<Record<string, string>>;
}
