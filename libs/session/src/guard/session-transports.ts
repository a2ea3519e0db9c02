import { type ArgumentsHost, type ExecutionContext, Injectable } from '@nestjs/common';
import type { SessionException } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';

/** Looks up the session of a request or message. */
export type FindSession = () => Session | null | Promise<Session | null>;

/** Form of credentials and denials on one of Nest's transports, other than HTTP. */
export interface SessionTransport {
  /** Credentials of a request or message; `null` when the transport carries none. */
  credentialsOf(context: ExecutionContext): TokenRequest | null;

  /**
   * Shares a lookup between the handlers of one request, such as the fields of a query.
   *
   * @param isFresh Whether the session must be read past the caches.
   * @default each handler looks the session up
   */
  share?(context: ExecutionContext, isFresh: boolean, find: FindSession): ReturnType<FindSession>;

  /** Forbids caches to store the response of a request, which depends on the caller (RFC 9111, 5.2.2.5). */
  forbidCaching?(context: ExecutionContext): void;

  /**
   * Whether a request or message is a use of the session, which renews the idle timeout.
   * @default a use
   */
  isUse?(context: ExecutionContext): boolean;

  /** Exception that the guard throws for a denial, in a form that the transport's exception filters pass on. */
  exceptionOf(denial: SessionException, host: ArgumentsHost): Error;

  /** Result of an exception filter for a denial. */
  answerOf(denial: SessionException, host: ArgumentsHost): unknown;
}

/**
 * Transports other than HTTP on which features carry sessions. On every other transport, a handler that is not
 * `@Public()` is closed.
 */
@Injectable()
export class SessionTransports {
  readonly #transports = new Map<string, SessionTransport>();

  /** @param type Type of the execution context, such as `'rpc'` or `'ws'`. */
  add(type: string, transport: SessionTransport): void {
    this.#transports.set(type, transport);
  }

  of(host: ArgumentsHost): SessionTransport | undefined {
    return this.#transports.get(host.getType<string>());
  }
}
