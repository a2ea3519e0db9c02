import type { Session } from '../session/session.js';

/** Session with the times of the store's clocks, in epoch milliseconds. */
export interface SessionSnapshot {
  readonly session: Session;
  /** Time at which an unused session ends: the earlier of both timeouts. */
  readonly expiresAt: number;
  /** Time of the last use, accurate to the touch interval. */
  readonly lastSeenAt: number;
}

/**
 * Store operations that the issuing app needs in addition to `SessionStore`: writing sessions, and
 * the index of a user's sessions.
 *
 * The contract, for every implementation:
 * - A session is stored before it is indexed, and `insert` resolves after both. A live session is therefore
 *   missing in the index only until its `insert` resolves. An indexed session that is not found is gone for
 *   good, so its entry can be removed.
 * - An operation that fails half-way leaves no data without an expiry.
 * - Infrastructure failures throw `SessionStoreUnavailableError`.
 */
export abstract class IssuerSessionStore {
  /** Stores a new session and adds it to its user's index. */
  abstract insert(session: Session): Promise<void>;

  /** Returns the session and its clocks, or `null`. Unlike a request, does not renew the idle timeout. */
  abstract inspect(id: string): Promise<SessionSnapshot | null>;

  /**
   * Replaces a live session atomically with the result of `change`. `change` runs again after a concurrent
   * update. A session that is gone is not created again. Both timeouts continue unchanged.
   *
   * @returns the session as stored, or `null` when it is gone.
   */
  abstract update(id: string, change: (session: Session) => Session): Promise<Session | null>;

  /**
   * Ends a session: deletes it and its entry in the index.
   *
   * @param userId User whose index to clean when the session itself is gone already.
   * @returns the last state of the session, or `null` when no live session was found.
   */
  abstract remove(id: string, userId: string | null): Promise<Session | null>;

  /**
   * Ends a session like {@link remove}, and copies its write-once attributes to another stored session of
   * the same user. No attribute is lost in between, or added after the end.
   */
  abstract replace(session: Session, by: Session): Promise<Session | null>;

  /**
   * Works like {@link replace}, but keeps the session usable under its own id for the `grace`. Meanwhile no
   * attribute is added to it. The session ends after `grace` at the latest, and use does not extend it. It
   * stays in the index.
   *
   * @param session The session as read. A session that was changed since, or superseded already, is left
   *   unchanged.
   * @param grace Milliseconds.
   * @returns whether the session was superseded.
   */
  abstract supersede(session: Session, by: Session, grace: number): Promise<boolean>;

  /**
   * Checks a session without a request. Cleans up a session that has ended, including its index entry.
   * Indexes a live session again if its entry was lost.
   *
   * @returns when to review the session again, not before it can have ended (epoch milliseconds); `null`
   *   when it has ended.
   */
  abstract review(id: string, userId: string): Promise<number | null>;

  /**
   * Returns the ids in a user's index, ordered by absolute expiry, then by id. The sessions may be gone
   * meanwhile.
   *
   * @param until Latest absolute expiry of the returned sessions (epoch milliseconds).
   */
  abstract idsOf(userId: string, until?: number): Promise<string[]>;
}
