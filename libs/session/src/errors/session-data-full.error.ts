import { MAX_ATTRIBUTES, MAX_TOTAL_LENGTH } from '../common/attribute-rules.js';
import { SessionError } from './session-error.js';

/** Thrown when a value exceeds what one service may add to one session. Nothing was added. */
export class SessionDataFullError extends SessionError {
  constructor(service: string, name: string) {
    super(
      'ERR_SESSION_DATA_FULL',
      `${service} cannot add '${name}' to this session. The limit per service is ` +
        `${MAX_ATTRIBUTES} values with ${MAX_TOTAL_LENGTH} characters of JSON in total. Keep ` +
        "growing data in a store of the service, under the session's id.",
    );
  }
}
