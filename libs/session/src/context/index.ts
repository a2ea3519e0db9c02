/**
 * The session of the current request in any provider, without request scope.
 *
 * @module nest-sessions/context
 */

export { NoCurrentSessionError } from './no-current-session.error.js';
export { SessionContext } from './session-context.js';
export { SessionContextModule } from './session-context.module.js';
