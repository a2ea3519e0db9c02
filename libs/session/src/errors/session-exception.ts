import { HttpException, HttpStatus } from '@nestjs/common';
import type { SessionError, SessionErrorCode } from './session-error.js';
import { SessionStoreUnavailableError } from './session-store-unavailable.error.js';

/** Who was denied, as far as it is known: for the security log, no part of the answer. */
export interface Denied {
  readonly session?: { readonly id: string; readonly user: { readonly id: string } };
  /** A service that calls by itself. */
  readonly caller?: string;
}

interface DenialOptions {
  readonly cause?: unknown;
  readonly who?: Denied;
  readonly members?: object;
}

/**
 * A denial in HTTP's form: the status, an RFC 9457 problem as the body, and the headers that belong
 * to it. Any Nest exception filter can answer with it.
 */
export class SessionException extends HttpException {
  /** Private, so that whoever logs the exception does not log it as well. */
  readonly #who: Denied;

  /** What the problem says beside what all do (RFC 9457, 3.2). */
  readonly members: object;

  constructor(
    status: number,
    readonly code: SessionErrorCode,
    title: string,
    /** For people: what is missing, and how to fix it. */
    readonly detail: string,
    /** Response headers that the answer must carry. */
    readonly headers: Readonly<Record<string, string>> = {},
    { who = {}, members = {}, ...options }: DenialOptions = {},
  ) {
    super({ type: 'about:blank', title, status, code, detail, ...members }, status, options);
    // What logs show: something to search for.
    this.message = code;
    this.#who = who;
    this.members = members;
  }

  get who(): Denied {
    return this.#who;
  }
}

/** 401: the same for a missing, malformed, expired, forged and revoked token. RFC 9110, 15.5.2. */
export function sessionRequired(): SessionException {
  return new SessionException(
    HttpStatus.UNAUTHORIZED,
    'ERR_SESSION_REQUIRED',
    'Unauthorized',
    'Sign in: this request needs a valid session.',
    { 'WWW-Authenticate': 'Bearer' },
  );
}

/** 401: which service calls is not proven, so that nothing is known of on whose behalf it does. */
export function callRefused(): SessionException {
  return new SessionException(
    HttpStatus.UNAUTHORIZED,
    'ERR_SESSION_CALL_REFUSED',
    'Unauthorized',
    'The call is not signed with a secret that this service knows its caller by, or has taken too long.',
    { 'WWW-Authenticate': 'Bearer' },
  );
}

/** 403: signed in, but without the role. Which role is the service's business, not the caller's. */
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

/** 403: the visitor's browser was asked by a page of another origin. */
export function crossOriginRefused(): SessionException {
  return new SessionException(
    HttpStatus.FORBIDDEN,
    'ERR_SESSION_CROSS_ORIGIN',
    'Forbidden',
    'A page of another origin may change nothing here with the cookie of a visitor. The service can trust its origin.',
  );
}

/**
 * An error of this library as a denial, which has the headers that belong to it as well.
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
