/** Thrown by `SessionContext.requireSession()` where no session can be: a mistake in the code, answered 500. */
export class NoCurrentSessionError extends Error {
  override readonly name = 'NoCurrentSessionError';

  /** @param reason Clause that says why, followed by how to fix it. */
  constructor(reason: string) {
    super(`There is no current session: ${reason}`);
  }
}
