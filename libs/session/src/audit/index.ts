/**
 * Security log: typed events of denials and of changes to sessions.
 *
 * @module nest-sessions/audit
 */

export { NestSecurityLog } from './nest-security.log.js';
export { NO_SECURITY_LOG } from './no-security.log.js';
// A star export: only then can `declare module 'nest-sessions/audit'` extend `SecurityEvents`.
export * from './security-event.js';
export { SecurityLog } from './security.log.js';
