import { SessionError } from './session-error.js';

/**
 * Thrown when a service adds a value under a name that it has used before. The first value stays.
 *
 * @example
 * ```ts
 * await sessions.add(session, 'coupon', 'SPRING').catch((error: unknown) => {
 *   if (!(error instanceof SessionDataExistsError)) throw error;
 * });
 * ```
 */
export class SessionDataExistsError extends SessionError {
  constructor(service: string, name: string) {
    super(
      'ERR_SESSION_DATA_EXISTS',
      `${service} has already added '${name}' to this session. Attributes are write-once: choose another name.`,
    );
  }
}
