/** Another user has the username. */
export class UsernameTakenError extends Error {
  readonly code = 'ERR_USERNAME_TAKEN';

  constructor(readonly username: string) {
    super(`the username ${username} is taken`);
    this.name = 'UsernameTakenError';
  }
}
