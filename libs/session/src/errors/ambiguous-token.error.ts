import { SessionError } from './session-error.js';

/** Thrown for a request with more than one token. The intended token is unknown, so none is used. */
export class AmbiguousTokenError extends SessionError {
  constructor() {
    super(
      'ERR_SESSION_TOKEN_AMBIGUOUS',
      'The request carries more than one session token. Send one: the cookie or the Authorization header, once.',
    );
  }
}
