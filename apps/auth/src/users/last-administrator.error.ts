/** The change would leave no user who may administer users. */
export class LastAdministratorError extends Error {
  readonly code = 'ERR_LAST_ADMINISTRATOR';

  constructor() {
    super('this is the last administrator: give another user the role admin first');
    this.name = 'LastAdministratorError';
  }
}
