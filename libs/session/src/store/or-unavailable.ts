import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';

/**
 * Awaits an answer of the database, and converts its failure into the only error that stores may throw.
 *
 * @throws SessionStoreUnavailableError with the database's error as its cause
 * @example
 * const { rows } = await orUnavailable(pool.query('select record from sessions where user_id = $1', [userId]));
 */
export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new SessionStoreUnavailableError({ cause: error });
  }
}
