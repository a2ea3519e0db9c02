import { SessionError } from './session-error.js';

/** Thrown for a session that could be written, but never read again. Nothing was written. */
export class InvalidSessionError extends SessionError {
  /** @param problem Sentence that names the field, but not its value. */
  constructor(problem: string) {
    super('ERR_SESSION_INVALID', `This session cannot be stored. ${problem}`);
  }
}
