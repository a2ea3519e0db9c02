import { SessionError } from './session-error.js';

/**
 * Thrown while the application starts with `strict` when Redis is not safe for sessions, or could not be
 * checked.
 */
export class UnsafeRedisError extends SessionError {
  /** @param problems One entry per problem, with the affected servers and how to fix it. */
  constructor(readonly problems: readonly string[]) {
    super(
      'ERR_SESSION_REDIS_UNSAFE',
      `Redis is not safe for sessions, and 'strict' is on:\n${problems.map((it) => `  - ${it}`).join('\n')}`,
    );
  }
}
