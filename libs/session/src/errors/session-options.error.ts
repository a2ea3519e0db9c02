import { SessionError } from './session-error.js';

/** Thrown while the application starts when an option is missing, malformed or contradicts another. */
export class SessionOptionsError extends SessionError {
  constructor(message: string) {
    super('ERR_SESSION_OPTIONS_INVALID', message);
  }
}
