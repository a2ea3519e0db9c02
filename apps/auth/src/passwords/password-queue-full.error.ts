/** Too many passwords wait to be hashed or checked: the same call may succeed later. */
export class PasswordQueueFullError extends Error {
  readonly code = 'ERR_SIGN_IN_BUSY';

  constructor() {
    super('too many passwords wait to be hashed or checked');
    this.name = 'PasswordQueueFullError';
  }
}
