import { Inject, Injectable } from '@nestjs/common';
import type { SessionEvent, SessionEventCause } from '../events/session-event.js';
import { Session } from '../session/session.js';
import { requireReadable } from '../session/session-record.js';
import type { SessionData, SessionUser } from '../session/session-types.js';
import { IssuerSessionStore, type SessionSnapshot } from '../store/issuer-session.store.js';
import { createToken, isSessionId, sessionIdOf } from '../token/session-token.js';
import { inBatches } from './in-batches.js';
import { clippedUserAgent, type IssuedSession } from './issued-session.js';
import { rotateSession } from './rotate-session.js';
import { endChain } from './session-chain.js';
import { SessionEventRecorder } from './session-event.recorder.js';
import { SessionIssuerOptions } from './session-issuer.options.js';

/** What a new session is made from. */
export interface NewSession {
  user: SessionUser;
  /** Exact names. */
  roles: readonly string[];
  userAgent?: string | null;
  ip?: string | null;
  data?: SessionData;
  /** The ids of sessions that end once the new one stands: those the client was signed in with before. */
  replaces?: readonly string[];
}

/** How a session is started. */
export interface CreateOptions {
  /**
   * Looks once more whether the user may have the session, now that whoever changes the user finds it. When
   * it says no, or fails, the session ends again, and no other has ended for it.
   */
  readonly confirm: (session: Session) => Promise<boolean>;
}

export type { IssuedSession };

/** How a session is rotated. */
export interface RotateOptions {
  /**
   * Whether the old token still works for `rotationGrace`, so that what is under way does not fail: for a
   * user who proves again who they are, not for one whose token may be in other hands.
   * @default false
   */
  readonly grace?: boolean;
  /** The `User-Agent` of now. @default what it was */
  readonly userAgent?: string | null;
  /** The address of now. @default what it was */
  readonly ip?: string | null;
}

/** Page of a user's sessions. */
export interface ListOptions {
  /** Largest number of sessions. @default all */
  readonly limit?: number;
  /** Last session of the previous page, which may have ended meanwhile. @default the first page */
  readonly after?: Pick<Session, 'id' | 'absoluteExpiresAt'>;
}

/** Why a session ends: given, or found out from the session as it was last. */
export type CauseOfEnd = SessionEventCause | ((session: Session) => SessionEventCause);

/**
 * Makes, changes and ends sessions. Only the issuing app has it (see `SessionIssuerModule`). An id that no
 * session can have leads to none, and the store is not asked.
 *
 * Every method takes effect everywhere before it resolves, and throws `SessionStoreUnavailableError`
 * when the store does not answer: it is then unknown whether it took effect, and calling it again is
 * safe. What was done is told in the events of sessions (`SessionEvents`), with its cause.
 */
@Injectable()
export class SessionManager {
  constructor(
    private readonly store: IssuerSessionStore,
    @Inject(SessionIssuerOptions) private readonly options: SessionIssuerOptions,
    private readonly recorder: SessionEventRecorder,
  ) {}

  /**
   * Starts a session. When the user has more than `maxPerUser` by now, the oldest end; one that is
   * being rotated at this moment counts twice.
   *
   * What the session grants was decided before it was stored. An app whose user may be banned or lose a role
   * in between gives `confirm`, which looks once more.
   *
   * @returns `null` when `confirm` said no
   * @throws InvalidSessionError for a user, roles or data that no service could read
   * @throws what `confirm` throws
   */
  create(from: NewSession, cause?: SessionEventCause): Promise<IssuedSession>;
  create(
    from: NewSession,
    cause: SessionEventCause,
    options: CreateOptions,
  ): Promise<IssuedSession | null>;
  async create(
    from: NewSession,
    cause: SessionEventCause = {},
    { confirm }: Partial<CreateOptions> = {},
  ): Promise<IssuedSession | null> {
    const now = Date.now();
    const token = createToken();
    const fields = {
      id: sessionIdOf(token),
      user: from.user,
      roles: from.roles,
      createdAt: now,
      authenticatedAt: now,
      absoluteExpiresAt: now + this.options.absoluteTimeout,
      idleTimeout: this.options.idleTimeout,
      userAgent: clippedUserAgent(from.userAgent ?? null),
      ip: from.ip ?? null,
      data: from.data ?? {},
    };
    requireReadable(fields);
    const session = new Session(fields);
    await this.store.insert(session);
    let stands = false;
    try {
      await this.recorder.record(
        { ...about(session, cause), type: 'created', roles: session.roles },
        watchOf(session),
      );
      if (confirm !== undefined && !(await confirm(session))) return null;
      for (const id of from.replaces ?? []) await this.revoke(id, { ...cause, reason: 'replaced' });
      await this.#enforceLimit(from.user.id);
      stands = true;
      return { token, session };
    } finally {
      // Nobody has its token.
      if (!stands) await this.revoke(session.id, { reason: 'not-issued' });
    }
  }

  /**
   * Gives a session a new token and ends the old one: after the user proved again who they are, so
   * that a token from before is worth nothing. Its absolute timeout stays what it was.
   *
   * With a grace the old token can for a moment do what it could do before, and nothing new: see
   * {@link Session.supersededBy}. Both end together.
   *
   * @returns `null` when the session was revoked, rotated or changed in the meantime. Without a grace it is
   *   gone then, and the user signs in again; with one, it is what the others have made of it.
   */
  async rotate(
    id: string,
    cause: SessionEventCause = {},
    options: RotateOptions = {},
  ): Promise<IssuedSession | null> {
    if (!isSessionId(id)) return null;
    const { issued, ended } = await rotateSession(this.store, id, {
      ...options,
      grace: options.grace === true ? this.options.rotationGrace : 0,
    });
    if (ended) await this.#recordEnd(ended, { ...cause, reason: 'changed-meanwhile' });
    if (issued === null) return null;
    await this.recorder.record(
      { ...about(issued.session, cause), type: 'rotated', previousSessionId: id },
      watchOf(issued.session),
    );
    return issued;
  }

  /** A session and its clocks, or `null` when it is gone. Does not count as use. */
  find(id: string): Promise<SessionSnapshot | null> {
    return isSessionId(id) ? this.store.inspect(id) : Promise.resolve(null);
  }

  /**
   * Ends a session, all that it went on as, and all that went on as it, whatever is rotated meanwhile.
   *
   * @param cause A function where only the session itself tells.
   * @returns the session as it was, or `null` when it was gone already.
   */
  revoke(id: string, cause: CauseOfEnd = {}): Promise<Session | null> {
    if (!isSessionId(id)) return Promise.resolve(null);
    return this.#endChain(id, null, cause);
  }

  /**
   * Ends all sessions of a user, but for one that may be excepted.
   *
   * @returns how many there were.
   */
  revokeAll(
    userId: string,
    { except, ...cause }: SessionEventCause & { except?: string } = {},
  ): Promise<number> {
    const kept = except === undefined ? [] : [except];
    return this.#forEachOf(userId, kept, async (id) => {
      return isItself(await this.#end(id, userId, cause));
    });
  }

  /**
   * A user's live sessions, latest absolute expiry first: the latest sign-in, unless `absoluteTimeout` was changed.
   * A rotated session is listed under its new id. Entries of ended sessions are removed from the index.
   *
   * @throws RangeError when `limit` is no whole number from 1
   *
   * @example
   * let page = await manager.listByUser(userId, { limit: 100 });
   * while (page.length > 0) {
   *   // ...
   *   page = await manager.listByUser(userId, { limit: 100, after: page.at(-1)?.session });
   * }
   */
  async listByUser(
    userId: string,
    { limit = Infinity, after }: ListOptions = {},
  ): Promise<SessionSnapshot[]> {
    if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1)) {
      throw new RangeError('limit: give a whole number from 1.');
    }
    const listed: SessionSnapshot[] = [];
    const seen = new Set<string>();
    let hasMoved: boolean;
    do {
      hasMoved = false;
      const ids = await this.store.idsOf(userId, after?.absoluteExpiresAt);
      const left = beforeIn(ids, after?.id).filter((id) => !seen.has(id));
      left.reverse();
      while (left.length > 0 && listed.length < limit) {
        const next = left.splice(0, limit - listed.length);
        for (const snapshot of await inBatches(next, (id) => this.#inspectOrReview(id, userId))) {
          // Its successor was indexed before it ended, but perhaps after the index was read.
          if (snapshot && isItself(snapshot.session)) listed.push(snapshot);
          else hasMoved = true;
        }
        for (const id of next) seen.add(id);
      }
    } while (hasMoved && listed.length < limit);
    return listed.sort(byEnd);
  }

  /**
   * Gives all live sessions of a user these roles, and no others. Of two calls for one user at once
   * either may win, and not the same one in each session: an app that keeps roles elsewhere holds its
   * lock on the user while it calls this.
   *
   * When it fails half-way, some sessions have the new roles and some the old. An app whose own change can
   * fail calls {@link limitRoles} before it commits the change, and this after.
   *
   * @returns how many there were.
   * @throws InvalidSessionError for roles that are not a list of text
   */
  setRoles(
    userId: string,
    roles: readonly string[],
    cause: SessionEventCause = {},
  ): Promise<number> {
    return this.#changeRoles(userId, () => roles, cause);
  }

  /**
   * Takes from all live sessions of a user every role that is not among these, and gives them none.
   *
   * @returns how many sessions there were.
   */
  limitRoles(
    userId: string,
    roles: readonly string[],
    cause: SessionEventCause = {},
  ): Promise<number> {
    const kept = new Set(roles);
    return this.#changeRoles(userId, (current) => current.filter((role) => kept.has(role)), cause);
  }

  #changeRoles(
    userId: string,
    change: (current: readonly string[]) => readonly string[],
    cause: SessionEventCause,
  ): Promise<number> {
    return this.#forEachOf(userId, [], async (id) => {
      let before: readonly string[] = [];
      const changed = await this.store.update(id, (session) => {
        before = session.roles;
        const roles = change(session.roles);
        requireReadable(Object.assign({}, session, { roles }));
        return session.with({ roles });
      });
      if (!isItself(changed)) return false;
      const { roles } = changed;
      if (roles.join('\n') === before.join('\n')) return true;
      await this.recorder.record({ ...about(changed, cause), type: 'rolesChanged', roles });
      return true;
    });
  }

  /**
   * Does something to every session of a user, those included that appear meanwhile in place of
   * others: a rotation indexes the new session before the old one ends, so as long as one was found
   * to be gone or superseded, the index is read again.
   *
   * @param kept The ids to leave alone.
   * @param act Says whether the session was still there, and not superseded.
   * @returns how many were.
   */
  async #forEachOf(
    userId: string,
    kept: readonly string[],
    act: (id: string) => Promise<boolean>,
  ): Promise<number> {
    const seen = new Set(kept);
    let done = 0;
    for (;;) {
      const unseen = (await this.store.idsOf(userId)).filter((id) => !seen.has(id));
      const outcomes = await inBatches(unseen, act);
      for (const id of unseen) seen.add(id);
      done += outcomes.filter(Boolean).length;
      if (outcomes.every(Boolean)) return done;
    }
  }

  /** The store decides by its own clock whether a session has ended, for which this process' may be fast. */
  async #inspectOrReview(id: string, userId: string): Promise<SessionSnapshot | null> {
    const snapshot = await this.store.inspect(id);
    if (snapshot === null) await this.store.review(id, userId);
    return snapshot;
  }

  async #enforceLimit(userId: string): Promise<void> {
    const { maxPerUser } = this.options;
    if ((await this.store.idsOf(userId)).length <= maxPerUser) return;
    const live = await this.listByUser(userId);
    live.sort((a, b) => b.session.createdAt - a.session.createdAt);
    const excess = live.slice(maxPerUser);
    await inBatches(excess, ({ session }) => this.#endChain(session.id, userId, TOO_MANY));
  }

  #endChain(id: string, userId: string | null, cause: CauseOfEnd): Promise<Session | null> {
    return endChain(this.store, id, userId, (each, owner) => this.#end(each, owner, cause));
  }

  async #end(id: string, userId: string | null, cause: CauseOfEnd): Promise<Session | null> {
    const ended = await this.store.remove(id, userId);
    if (ended === null) return null;
    await this.#recordEnd(ended, typeof cause === 'function' ? cause(ended) : cause);
    return ended;
  }

  /** The end of one that was superseded is none to its user: it was told that it goes on as another. */
  async #recordEnd(session: Session, cause: SessionEventCause): Promise<void> {
    if (!isItself(session)) return;
    await this.recorder.record({ ...about(session, cause), type: 'revoked' });
  }
}

const TOO_MANY: SessionEventCause = { reason: 'too-many' };

/** What every event tells. */
function about(
  { id, user }: Session,
  { by = null, reason = null }: { by?: string | null; reason?: string | null },
): Omit<SessionEvent, 'type'> {
  return { sessionId: id, userId: user.id, at: Date.now(), by, reason };
}

/** For a session that begins now. */
function watchOf({ absoluteExpiresAt, idleTimeout }: Session) {
  return {
    dueAt: Math.min(Date.now() + idleTimeout, absoluteExpiresAt),
    lastsUntil: absoluteExpiresAt,
  };
}

/** Items before the given item; all items if the list does not contain it. */
function beforeIn<T>(items: readonly T[], item: T | undefined): T[] {
  const at = item === undefined ? -1 : items.indexOf(item);
  return at < 0 ? [...items] : items.slice(0, at);
}

/** In the reverse order of the index. */
function byEnd({ session: a }: SessionSnapshot, { session: b }: SessionSnapshot): number {
  return b.absoluteExpiresAt - a.absoluteExpiresAt || (a.id < b.id ? 1 : -1);
}

/** Whether a session is there, and does not go on as another. */
function isItself(session: Session | null): session is Session {
  return session?.supersededBy === null;
}
