export { hasRoomFor } from '../common/attribute-rules.js';
export { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
export { decodeSession, encodeSession } from '../session/session-record.js';
export { Session } from '../session/session.js';
export { type AddOutcome, addOutcome, type WriteOnceAttribute } from './add-outcome.js';
export {
  IssuerSessionStore,
  type SessionSnapshot,
  type Succession,
} from './issuer-session.store.js';
export { orUnavailable } from './or-unavailable.js';
export { type FindOptions, SessionStore } from './session.store.js';
