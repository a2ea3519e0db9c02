import { HttpException, HttpStatus } from '@nestjs/common';

/**
 * Every way in which this library says no. The codes are stable: clients and operators may match on
 * them, messages may change.
 */
export type SessionErrorCode =
  /** 401: no token, or one that leads to no live session. One code for missing, expired and revoked. */
  | 'ERR_SESSION_REQUIRED'
  /** 401: a call that says which service it comes from, and is not signed by that service for this one. */
  | 'ERR_SESSION_CALL_REFUSED'
  /** 403: a live session that lacks the role. */
  | 'ERR_SESSION_ROLE_REQUIRED'
  /** 403: a live session, but the user must prove anew who they are before this is done. */
  | 'ERR_SESSION_REAUTHENTICATION_REQUIRED'
  /** 403: a page of another origin asks for a change of state with the visitor's cookie. */
  | 'ERR_SESSION_CROSS_ORIGIN'
  /** 400: more than one token in one request. */
  | 'ERR_SESSION_TOKEN_AMBIGUOUS'
  /** 409: a service adds to a session under a name that has a value already. */
  | 'ERR_SESSION_DATA_EXISTS'
  /** 409: a service has added as much to a session as it may. */
  | 'ERR_SESSION_DATA_FULL'
  /** 501: what is added to sessions is kept in a store that this service does not reach. */
  | 'ERR_SESSION_ADDITIONS_UNSUPPORTED'
  /** 503: the store did not answer, or refused. Nothing is known about the session. */
  | 'ERR_SESSION_STORE_UNAVAILABLE'
  /** 500: the issuing app makes a session of what no service could read. */
  | 'ERR_SESSION_INVALID'
  /** The module was configured with something that cannot work. Thrown at start. */
  | 'ERR_SESSION_OPTIONS_INVALID'
  /** The Redis is open, may lose sessions, or could not be checked. Thrown at start, with `strict`. */
  | 'ERR_SESSION_REDIS_UNSAFE';

const STATUSES: Partial<Record<SessionErrorCode, readonly [status: HttpStatus, title: string]>> = {
  ERR_SESSION_TOKEN_AMBIGUOUS: [HttpStatus.BAD_REQUEST, 'Bad Request'],
  ERR_SESSION_DATA_EXISTS: [HttpStatus.CONFLICT, 'Conflict'],
  ERR_SESSION_DATA_FULL: [HttpStatus.CONFLICT, 'Conflict'],
  ERR_SESSION_STORE_UNAVAILABLE: [HttpStatus.SERVICE_UNAVAILABLE, 'Service Unavailable'],
};

/**
 * The base of the library's errors. `message` says how to fix it, `code` what it is.
 *
 * It is an `HttpException`, so any exception filter answers it with the right status, and with an RFC 9457
 * problem as the body.
 */
export class SessionError extends HttpException {
  constructor(
    readonly code: SessionErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    const known = STATUSES[code];
    // What is wrong with the service is not for its clients.
    const [[status, title], detail] = known
      ? [known, message]
      : [[HttpStatus.INTERNAL_SERVER_ERROR, 'Internal Server Error'], MISCONFIGURED];
    super({ type: 'about:blank', title, status, code, detail }, status, options);
    this.message = message;
    this.name = new.target.name;
  }
}

const MISCONFIGURED = 'The service is misconfigured.';
