import { SessionError } from './session-error.js';

/**
 * Thrown while the application starts with `strict`: the Redis that keeps the sessions is not fit for
 * it, or could not be checked.
 */
export class UnsafeRedisError extends SessionError {
  /** @param problems One each, with the servers that have it and how to mend it. */
  constructor(readonly problems: readonly string[]) {
    super(
      'ERR_SESSION_REDIS_UNSAFE',
      `Redis is not safe for sessions, and 'strict' is on:\n${problems.map((it) => `  - ${it}`).join('\n')}`,
    );
  }
}
