import type { Session } from '../session/session.js';
import type { SessionPosition } from './session-position.js';
import { SessionStore } from './session.store.js';

/** Session with the times of the store's clocks, in epoch milliseconds. */
export interface SessionSnapshot {
  /** Session as stored. */
  readonly session: Session;
  /** Time at which an unused session ends: the earlier of both timeouts. */
  readonly expiresAt: number;
  /** Time of the last use, accurate to the interval between two renewals. */
  readonly lastSeenAt: number;
}

/** Part of the list of all live sessions. */
export interface SessionListing {
  /** Sessions that were found live, latest absolute expiry first. */
  readonly sessions: readonly SessionSnapshot[];
  /** Number of entries of the list that were examined, including entries of sessions that have ended. */
  readonly examined: number;
  /** Position from which to continue; `null` at the end of the list. */
  readonly next: SessionPosition | null;
}

/** Takeover of a session by another stored session of the same user. */
export interface Succession {
  /** Successor, which receives a copy of the write-once attributes. */
  readonly by: Session;
  /** Time after which the superseded session ends at the latest, in milliseconds. */
  readonly grace: number;
}

/**
 * Store of the issuing app: {@link SessionStore}, writing sessions, and the index of a user's sessions.
 *
 * The contract, for every implementation:
 * - A session is stored before it is indexed, and `insert` resolves after both. A live session is therefore
 *   missing in the index only until its `insert` resolves. An indexed session that is not found has
 *   ended, so its entry can be removed.
 * - An operation that fails half-way leaves no data without an expiry.
 * - Infrastructure failures throw `SessionStoreUnavailableError`.
 *
 * `issuerSessionStoreCases()` of `nest-sessions/testing` tests an implementation.
 */
export abstract class IssuerSessionStore extends SessionStore {
  /** Stores a new session and adds it to its user's index. */
  abstract insert(session: Session): Promise<void>;

  /** Returns the session and its clocks, or `null`. Unlike a request, does not renew the idle timeout. */
  abstract inspect(id: string): Promise<SessionSnapshot | null>;

  /**
   * Replaces a live session atomically with the result of `change`. Does nothing when `change` returns `null`.
   * `change` may run again after a concurrent update. A session that is gone is not created again. Both
   * timeouts continue unchanged.
   *
   * With a succession, both timeouts are limited to the grace from now on, and no use extends them. The
   * session stays in the index. Its attributes are copied to the successor: no attribute that was added
   * before is lost, and none is added afterwards.
   *
   * @returns the session as stored, or `null` when it is gone or unchanged.
   */
  abstract update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null>;

  /**
   * Ends a session: deletes it, its attributes and its entry in the index.
   *
   * @param userId User whose index to clean when the session itself is gone already.
   * @param heir Stored session of the same user that receives the write-once attributes. No attribute is
   *   lost in between, or added after the end.
   * @returns the last state of the session, or `null` when no live session was found.
   */
  abstract remove(id: string, userId: string | null, heir?: Session): Promise<Session | null>;

  /**
   * Returns the ids in a user's index, ordered by absolute expiry, then by id. The sessions may be gone
   * meanwhile.
   *
   * @param until Latest absolute expiry of the returned sessions (epoch milliseconds).
   */
  abstract idsOf(userId: string, until?: number): Promise<string[]>;

  /**
   * Returns the number of live sessions of all users. A superseded session counts as its successor. Optional:
   * `SessionManager.count()` needs it.
   */
  count?(): Promise<number>;

  /**
   * Lists live sessions of all users: latest absolute expiry first, of equal times the greater id first.
   * Superseded sessions are left out. Optional: `SessionManager.list()` needs it.
   *
   * @param after Position after which to begin; `null` for the first session.
   * @param limit Maximum number of entries to examine.
   */
  listAfter?(after: SessionPosition | null, limit: number): Promise<SessionListing>;

  override async find(id: string): Promise<Session | null> {
    return (await this.inspect(id))?.session ?? null;
  }

  /**
   * Checks a session without a request. Cleans up a session that has ended, including its index entry.
   * Indexes a live session again if its entry was lost, where a store can lose it.
   *
   * @returns when to review the session again, not before it can have ended (epoch milliseconds); `null`
   *   when it has ended.
   */
  async review(id: string, userId: string): Promise<number | null> {
    const snapshot = await this.inspect(id);
    if (snapshot === null) await this.remove(id, userId);
    return snapshot?.expiresAt ?? null;
  }
}
