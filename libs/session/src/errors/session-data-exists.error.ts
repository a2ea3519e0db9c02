import { SessionError } from './session-error.js';

/** A service adds to a session under a name that it has used before: the first value stays. */
export class SessionDataExistsError extends SessionError {
  constructor(service: string, name: string) {
    super(
      'ERR_SESSION_DATA_EXISTS',
      `${service} has added '${name}' to this session before; what was added does not change.`,
    );
  }
}
