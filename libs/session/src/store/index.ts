/**
 * Base classes and functions for a session store of your own.
 *
 * @module nest-sessions/store
 */

export { hasRoomFor } from '../common/attribute-rules.js';
export { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
export { decodeSession, encodeSession } from '../session/session-record.js';
export { Session } from '../session/session.js';
export { type AddOutcome, addOutcome, type WriteOnceAttribute } from './add-outcome.js';
export {
  IssuerSessionStore,
  type SessionListing,
  type SessionSnapshot,
  type Succession,
} from './issuer-session.store.js';
export { orUnavailable } from './or-unavailable.js';
export type { SessionPosition } from './session-position.js';
export { type FindOptions, SessionStore } from './session.store.js';
export type { StoredSession } from './stored-session.js';
export {
  type Change,
  type Changed,
  type Reading,
  TransactionalSessionStore,
} from './transactional-session.store.js';
