/** A username or a list of roles that no user may have. The message is the broken rule. */
export class InvalidUserError extends Error {
  readonly code = 'ERR_USER_INVALID';

  constructor(rule: string) {
    super(rule);
    this.name = 'InvalidUserError';
  }
}
