import { HttpException, HttpStatus } from '@nestjs/common';

/**
 * Codes of all errors and denials of this library. The codes are stable: clients and operators may match
 * on them. Messages may change.
 */
export type SessionErrorCode =
  /** 401: no token, or no live session for the token. One code for missing, expired and revoked. */
  | 'ERR_SESSION_REQUIRED'
  /** 401: a call names its calling service, but is not signed by that service for this one. */
  | 'ERR_SESSION_CALL_REFUSED'
  /** 403: the session is live, but lacks the role. */
  | 'ERR_SESSION_ROLE_REQUIRED'
  /** 403: the session is live, but the user must re-authenticate first. */
  | 'ERR_SESSION_REAUTHENTICATION_REQUIRED'
  /** 403: a page of another origin requests a state change with the visitor's cookie. */
  | 'ERR_SESSION_CROSS_ORIGIN'
  /** 503: the session of an open channel could not be verified. The client may connect again. */
  | 'ERR_SESSION_CHANNEL_UNVERIFIED'
  /** 400: more than one token in one request. */
  | 'ERR_SESSION_TOKEN_AMBIGUOUS'
  /** 409: a service adds a write-once attribute under a name that already has a value. */
  | 'ERR_SESSION_DATA_EXISTS'
  /** 409: a value exceeds what one service may add to one session. */
  | 'ERR_SESSION_DATA_FULL'
  /** 501: this service cannot reach the store that holds the write-once attributes. */
  | 'ERR_SESSION_ADDITIONS_UNSUPPORTED'
  /** 503: the store did not answer, or rejected the command. The state of the session is unknown. */
  | 'ERR_SESSION_STORE_UNAVAILABLE'
  /** 500: the issuing app creates a session from data that no service could read. */
  | 'ERR_SESSION_INVALID'
  /** The module's options cannot work. Thrown at start. */
  | 'ERR_SESSION_OPTIONS_INVALID'
  /** Redis is open, may lose sessions, or could not be checked. Thrown at start, with `strict`. */
  | 'ERR_SESSION_REDIS_UNSAFE';

const STATUSES: Partial<Record<SessionErrorCode, readonly [status: HttpStatus, title: string]>> = {
  ERR_SESSION_TOKEN_AMBIGUOUS: [HttpStatus.BAD_REQUEST, 'Bad Request'],
  ERR_SESSION_DATA_EXISTS: [HttpStatus.CONFLICT, 'Conflict'],
  ERR_SESSION_DATA_FULL: [HttpStatus.CONFLICT, 'Conflict'],
  ERR_SESSION_STORE_UNAVAILABLE: [HttpStatus.SERVICE_UNAVAILABLE, 'Service Unavailable'],
};

/**
 * Base class of the library's errors. `code` identifies the error, `message` explains how to fix it.
 *
 * The class extends `HttpException`, so any exception filter responds with the right status and an RFC 9457
 * problem as the body.
 */
export class SessionError extends HttpException {
  constructor(
    readonly code: SessionErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    const known = STATUSES[code];
    // Clients do not see the configuration errors of a service.
    const [[status, title], detail] = known
      ? [known, message]
      : [[HttpStatus.INTERNAL_SERVER_ERROR, 'Internal Server Error'], MISCONFIGURED];
    super({ type: 'about:blank', title, status, code, detail }, status, options);
    this.message = message;
    this.name = new.target.name;
    for (const field of FIELDS_FOR_FILTERS.filter((it) => it in this)) {
      Object.defineProperty(this, field, { enumerable: false });
    }
    if (this.cause === undefined) Reflect.deleteProperty(this, 'cause');
  }
}

const MISCONFIGURED = 'The service is misconfigured.';

/** Fields of `HttpException`. An error that ends the process is printed without them. */
const FIELDS_FOR_FILTERS = ['response', 'status', 'options', 'errorCode'];
