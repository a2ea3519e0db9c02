import type { Session } from '../session/session';

/**
 * What a service needs of a store: to find who is asking, and to note that they are still there.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked and malformed are `null`. Only infrastructure throws, and then always
 *   a `SessionStoreUnavailableError`.
 * - Nothing here creates anything: a session that is gone stays gone, whatever was in flight.
 */
export abstract class SessionStore {
  /** The live session of this id, or `null`. Both of its timeouts were held against the clock. */
  abstract find(id: string): Promise<Session | null>;

  /**
   * Starts the idle timeout anew. Called after a request was let in; may be skipped when the same
   * session was touched a moment ago. Does nothing for a session that is gone.
   */
  abstract touch(session: Session): Promise<void>;

  /** Resolves when the store answers. */
  abstract ping(): Promise<void>;
}
