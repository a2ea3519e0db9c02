import { MAX_ATTRIBUTES, MAX_TOTAL_LENGTH } from '../common/attribute-rules.js';
import { SessionError } from './session-error.js';

/** Thrown when a value exceeds what one service may add to one session. Nothing was added. */
export class SessionDataFullError extends SessionError {
  constructor(service: string, name: string) {
    super(
      'ERR_SESSION_DATA_FULL',
      `${service} cannot add '${name}' to this session: a service may add ${MAX_ATTRIBUTES} values to one, of ${MAX_TOTAL_LENGTH} characters of JSON together. Keep what grows in a store of the service, under the session's id.`,
    );
  }
}
