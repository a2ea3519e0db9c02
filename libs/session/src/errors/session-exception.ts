import { HttpException, HttpStatus } from '@nestjs/common';
import type { SessionError, SessionErrorCode } from './session-error.js';
import { SessionStoreUnavailableError } from './session-store-unavailable.error.js';

/** Denied user or service, as far as known, for the security log. Not part of the response. */
export interface Denied {
  readonly session?: { readonly id: string; readonly user: { readonly id: string } };
  /** Service that calls as itself, not on behalf of a user. */
  readonly caller?: string;
}

interface DenialOptions {
  readonly cause?: unknown;
  readonly who?: Denied;
  readonly members?: object;
}

/**
 * Denial as an HTTP response: the status, an RFC 9457 problem as the body, and the response headers. Any
 * Nest exception filter can respond with it.
 *
 * @example
 * ```ts
 * // Answers denials in the format of the application.
 * @Catch(SessionException)
 * export class DenialFilter implements ExceptionFilter<SessionException> {
 *   catch(denial: SessionException, host: ArgumentsHost): void {
 *     const response = host.switchToHttp().getResponse<Response>();
 *     response.status(denial.getStatus()).json({ error: denial.code });
 *   }
 * }
 * ```
 */
export class SessionException extends HttpException {
  /** Private, so that code which logs the exception does not log the user. */
  readonly #who: Denied;

  /** Extension members of the problem (RFC 9457, 3.2). */
  readonly members: object;

  constructor(
    status: number,
    readonly code: SessionErrorCode,
    title: string,
    /** Explanation for people: what is missing, and how to fix it. */
    readonly detail: string,
    /** Headers that the response must carry. */
    readonly headers: Readonly<Record<string, string>> = {},
    { who = {}, members = {}, ...options }: DenialOptions = {},
  ) {
    super({ type: 'about:blank', title, status, code, detail, ...members }, status, options);
    // Logs show the message: the code is easy to search for.
    this.message = code;
    this.#who = who;
    this.members = members;
  }

  /** Denied caller, for the security log; no response contains it. */
  get who(): Denied {
    return this.#who;
  }
}

/**
 * Creates a 401, the same for a missing, malformed, expired, forged and revoked token (RFC 9110, 15.5.2).
 *
 * @example
 * if ((await manager.find(sessionId)) === null) throw sessionRequired();
 */
export function sessionRequired(): SessionException {
  return new SessionException(
    HttpStatus.UNAUTHORIZED,
    'ERR_SESSION_REQUIRED',
    'Unauthorized',
    'Sign in: this request needs a valid session.',
    { 'WWW-Authenticate': 'Bearer' },
  );
}

/** 401: the calling service is not authenticated, so the session it calls on behalf of is unknown. */
export function callRefused(): SessionException {
  return new SessionException(
    HttpStatus.UNAUTHORIZED,
    'ERR_SESSION_CALL_REFUSED',
    'Unauthorized',
    'The call has no valid signature, or its signature has expired.',
    { 'WWW-Authenticate': 'Bearer' },
  );
}

/**
 * Creates a 403 for a session without the role. The response does not name the role: callers need not know it.
 *
 * @param who Denied caller, for the security log. Not part of the response.
 *
 * @example
 * if (!session.hasRole('reports')) throw roleRequired();
 */
export function roleRequired(who: Denied = {}): SessionException {
  return new SessionException(
    HttpStatus.FORBIDDEN,
    'ERR_SESSION_ROLE_REQUIRED',
    'Forbidden',
    'The session has no role that allows this.',
    {},
    { who },
  );
}

/** 403: a page of another origin made the visitor's browser send the request. */
export function crossOriginRefused(): SessionException {
  return new SessionException(
    HttpStatus.FORBIDDEN,
    'ERR_SESSION_CROSS_ORIGIN',
    'Forbidden',
    "A page of another origin must not change data with the user's cookie. The service can list its origin as trusted.",
  );
}

/**
 * Converts an error of this library into a denial with its response headers.
 *
 * @param retryAfter Seconds for the `Retry-After` of a 503 (RFC 9110, 10.2.3).
 */
export function toSessionException(error: SessionError, retryAfter: number): SessionException {
  const { title, detail } = error.getResponse() as { title: string; detail: string };
  const headers: Record<string, string> =
    error instanceof SessionStoreUnavailableError ? { 'Retry-After': String(retryAfter) } : {};
  return new SessionException(error.getStatus(), error.code, title, detail, headers, {
    cause: error,
  });
}
