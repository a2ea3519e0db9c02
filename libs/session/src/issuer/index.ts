/**
 * Session management: creates, rotates, lists and revokes sessions, and writes their cookie.
 *
 * @module nest-sessions/issuer
 */

export { SessionCookie } from './session-cookie.js';
export { createToken, isSessionId, isToken, sessionIdOf } from '../token/session-token.js';
export type { SessionSnapshot } from '../store/issuer-session.store.js';
export type { SessionPosition } from '../store/session-position.js';
export { createSessionManager } from './create-session-manager.js';
export {
  RedisIssuerSessionStore,
  type RedisIssuerSessionStoreOptions,
} from './redis-issuer-session.store.js';
export { toRotationGrace } from './rotation-grace.js';
export type { SessionFilter } from './session-filter.js';
export { SessionIssuerModule } from './session-issuer.module.js';
export { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options.js';
export type { SessionListOptions, SessionPage } from './session-list.js';
export {
  type CauseOfEnd,
  type IssuedSession,
  type ListOptions,
  type NewSession,
  type RotateOptions,
  SessionManager,
  type UserChanges,
} from './session.manager.js';
