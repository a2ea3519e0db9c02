import { SessionError } from './session-error.js';

/**
 * Thrown when the store cannot answer: it is not connected, too slow, or rejected the command. The
 * session may exist or not, and a write may have taken place or not.
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
