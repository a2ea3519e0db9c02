import { SessionError } from './session-error.js';

/** A session that could be written and never be read again. Nothing was written. */
export class InvalidSessionError extends SessionError {
  /** @param problem A sentence that names the field, and not its value. */
  constructor(problem: string) {
    super('ERR_SESSION_INVALID', `This session cannot be kept. ${problem}`);
  }
}
