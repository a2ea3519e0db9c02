/** Too many wrong passwords came before: try again after {@link retryAfter}. */
export class SignInThrottledError extends Error {
  readonly code = 'ERR_SIGN_IN_THROTTLED';

  /** @param retryAfter Whole seconds, at least 1. */
  constructor(readonly retryAfter: number) {
    super(
      `Too many wrong passwords. Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`,
    );
    this.name = 'SignInThrottledError';
  }
}
