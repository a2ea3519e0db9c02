import { SessionError } from './session-error.js';

/**
 * Thrown when the store cannot answer: it is not connected, too slow, or rejected the command. The
 * session may exist or not, and a write may have taken place or not.
 *
 * @example
 * ```ts
 * const found = await manager.find(sessionId).catch((error: unknown) => {
 *   if (error instanceof SessionStoreUnavailableError) return null;
 *   throw error;
 * });
 * ```
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
