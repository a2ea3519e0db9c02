/** Too many wrong passwords came before: the next is looked at no sooner than it says. */
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
