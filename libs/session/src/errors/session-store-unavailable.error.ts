import { SessionError } from './session-error.js';

/**
 * The store cannot answer: not connected, too slow, or it refused the command. Whether the session
 * exists is unknown, and so is whether a write took place.
 */
export class SessionStoreUnavailableError extends SessionError {
  constructor(options?: ErrorOptions) {
    super(
      'ERR_SESSION_STORE_UNAVAILABLE',
      'The session store cannot answer. Try again in a moment.',
      options,
    );
  }
}
