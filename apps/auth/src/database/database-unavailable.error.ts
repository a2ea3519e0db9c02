/** The user database is temporarily unavailable: the same call may succeed later. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'ERR_DATABASE_UNAVAILABLE';
  /** Whether the outcome of a change is unknown; otherwise nothing was changed. */
  readonly isUndecided: boolean;

  constructor(cause: unknown, { isUndecided = false }: { isUndecided?: boolean } = {}) {
    super('the user database does not answer', { cause });
    this.name = 'DatabaseUnavailableError';
    this.isUndecided = isUndecided;
  }
}
