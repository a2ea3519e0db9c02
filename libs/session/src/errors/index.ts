/**
 * Errors and exceptions, each with a stable `code`.
 *
 * @module nest-sessions/errors
 */

export { AmbiguousTokenError } from './ambiguous-token.error.js';
export { type DecisionDetails, denialFor } from './denial-for.js';
export { InvalidSessionError } from './invalid-session.error.js';
export { type Reauthentication, reauthenticationRequired } from './reauthentication-required.js';
export { RequestEndedError } from './request-ended.error.js';
export { SessionDataExistsError } from './session-data-exists.error.js';
export { SessionDataFullError } from './session-data-full.error.js';
export { SessionError, type SessionErrorCode } from './session-error.js';
export { roleRequired, SessionException, sessionRequired } from './session-exception.js';
export { SessionOptionsError } from './session-options.error.js';
export { SessionStoreUnavailableError } from './session-store-unavailable.error.js';
export { UnsafeRedisError } from './unsafe-redis.error.js';
