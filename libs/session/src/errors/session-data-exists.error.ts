import { SessionError } from './session-error.js';

/** Thrown when a service adds a value under a name that it has used before. The first value stays. */
export class SessionDataExistsError extends SessionError {
  constructor(service: string, name: string) {
    super(
      'ERR_SESSION_DATA_EXISTS',
      `${service} has added '${name}' to this session before; what was added does not change.`,
    );
  }
}
