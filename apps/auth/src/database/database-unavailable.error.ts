/** The user database cannot answer just now: the same call may succeed later. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'ERR_DATABASE_UNAVAILABLE';

  constructor(cause: unknown) {
    super('the user database does not answer', { cause });
    this.name = 'DatabaseUnavailableError';
  }
}
