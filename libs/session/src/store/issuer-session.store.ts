import type { Session } from '../session/session.js';

/** A session and what the store's clocks say of it. Times are epoch milliseconds. */
export interface SessionSnapshot {
  readonly session: Session;
  /** When it ends unless it is used: the earlier of both timeouts. */
  readonly expiresAt: number;
  /** When it was last used, to within the touch interval. */
  readonly lastSeenAt: number;
}

/**
 * What the issuing app needs of a store beyond {@link SessionStore}: the write side and the index of
 * a user's sessions.
 *
 * The contract, for every implementation:
 * - A session is stored before it is indexed, and `insert` resolves after both. Who does not find a
 *   session in the index therefore knows that its `insert` has not resolved; and an indexed session
 *   that is not found is gone for good, so its entry can be dropped.
 * - Whatever fails half-way leaves nothing that never expires.
 * - Infrastructure failures throw `SessionStoreUnavailableError`.
 */
export abstract class IssuerSessionStore {
  /** Stores a new session and adds it to its user's index. */
  abstract insert(session: Session): Promise<void>;

  /** The session and its clocks, or `null`. Unlike a request it leaves the idle timeout alone. */
  abstract inspect(id: string): Promise<SessionSnapshot | null>;

  /**
   * Replaces a live session by what `change` makes of it, atomically: `change` runs again when
   * somebody else was faster, and a session that is gone is not made anew. Timeouts go on as before.
   *
   * @returns the session as stored, or `null` when it is gone.
   */
  abstract update(id: string, change: (session: Session) => Session): Promise<Session | null>;

  /**
   * Ends a session: deletes it and its entry in the index.
   *
   * @param userId Whose index to clean when the session itself is gone already.
   * @returns the session as it was last, or `null` when there was none.
   */
  abstract remove(id: string, userId: string | null): Promise<Session | null>;

  /**
   * Ends a session like {@link remove}, and gives what services have added to it to another one of the
   * same user that is stored already. An addition that was made is never lost on the way, nor made
   * after the end.
   */
  abstract replace(session: Session, by: Session): Promise<Session | null>;

  /**
   * Like {@link replace}, but the session goes on under its own id for a moment: what it could do before it
   * can still do, and nothing is added to it any more. It ends without fail after `grace`, or before if it
   * would have; no use prolongs it. It stays in the index.
   *
   * @param session As it was read: one that was changed since is left as it is, and so is one that was
   *   superseded already.
   * @param grace Milliseconds.
   * @returns whether it was done.
   */
  abstract supersede(session: Session, by: Session, grace: number): Promise<boolean>;

  /**
   * Looks at a session on nobody's behalf. One that has ended is cleared up, its entry in the index
   * included. One that lives on is indexed again, should its entry have been lost.
   *
   * @returns when it can have ended at the earliest (epoch milliseconds), or `null` when it has.
   */
  abstract review(id: string, userId: string): Promise<number | null>;

  /**
   * The ids in a user's index, soonest absolute expiry first, then by id; the sessions may be gone meanwhile.
   *
   * @param until Latest absolute expiry of the returned sessions (epoch milliseconds).
   */
  abstract idsOf(userId: string, until?: number): Promise<string[]>;
}
