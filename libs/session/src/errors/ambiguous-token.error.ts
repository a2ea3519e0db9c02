import { SessionError } from './session-error.js';

/** A request with more than one token. Which one was meant cannot be known, so none is taken. */
export class AmbiguousTokenError extends SessionError {
  constructor() {
    super(
      'ERR_SESSION_TOKEN_AMBIGUOUS',
      'The request carries more than one session token. Send one: the cookie or the Authorization header, once.',
    );
  }
}
