import { Inject, Injectable, Optional } from '@nestjs/common';
import type { SessionEvent, SessionEventCause } from '../events/session-event.js';
import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { Session } from '../session/session.js';
import { requireReadable } from '../session/session-record.js';
import type { SessionData, SessionUser } from '../session/session-types.js';
import { IssuerSessionStore, type SessionSnapshot } from '../store/issuer-session.store.js';
import { comparePositions, positionOf, type SessionPosition } from '../store/session-position.js';
import { type ChangeableField, FieldChanges } from './field-changes.js';
import { createToken, isSessionId, sessionIdOf } from '../token/session-token.js';
import { inBatches } from '../common/in-batches.js';
import { clippedUserAgent, type IssuedSession } from './issued-session.js';
import { type NewSession, NO_DATA, type OnlyDeclared, type UserChanges } from './new-session.js';
import { rotateSession } from './rotate-session.js';
import { endChain } from './session-chain.js';
import { SessionEventRecorder } from './session-event.recorder.js';
import { isEmptyFilter, meets, requireFilter, type SessionFilter } from './session-filter.js';
import { SessionIssuerOptions } from './session-issuer.options.js';
import {
  EXAMINED_AT_MOST,
  listSessions,
  requireListing,
  requireWhole,
  type SessionListOptions,
  type SessionPage,
} from './session-list.js';
import { updateChain } from './update-chain.js';

/** Options of {@link SessionManager.create}. */
export interface CreateOptions {
  /**
   * Checks again whether the user may have the session. The session is indexed by now, so a concurrent change
   * of the user's sessions finds it. If `confirm` returns false or throws, the session ends again, and no
   * other session has ended for it.
   */
  readonly confirm: (session: Session) => Promise<boolean>;
}

export type { IssuedSession, NewSession, UserChanges };

/** Options of {@link SessionManager.rotate}. */
export interface RotateOptions {
  /**
   * Whether the old token still works for `rotationGrace`, so that requests under way do not fail. Use it
   * when a user re-authenticates, not when the token may be in other hands.
   * @default false
   */
  readonly grace?: boolean;
  /** The current `User-Agent`. @default the recorded `User-Agent` */
  readonly userAgent?: string | null;
  /** The current address. @default the recorded address */
  readonly ip?: string | null;
}

/** Page of a user's sessions. */
export interface ListOptions {
  /** Maximum number of sessions. @default all */
  readonly limit?: number;
  /** Last session of the previous page, which may have ended meanwhile. @default the first page */
  readonly after?: Pick<Session, 'id' | 'absoluteExpiresAt'>;
}

/** Cause of a session's end: given, or computed from the session's last state. */
export type CauseOfEnd = SessionEventCause | ((session: Session) => SessionEventCause);

/**
 * Creates, changes and ends sessions. Only the issuing app has a manager (see `SessionIssuerModule`). An id
 * that is not a valid session id finds no session, and the store is not asked.
 *
 * Every method takes effect in the store before it resolves; caches of other processes follow within their
 * staleness. Every method throws `SessionStoreUnavailableError` when the store does not answer. It is then
 * unknown whether the method took effect, and calling it again is safe. Every change is published as a
 * session event (`SessionEvents`) with its cause.
 */
@Injectable()
export class SessionManager {
  constructor(
    private readonly store: IssuerSessionStore,
    @Inject(SessionIssuerOptions) private readonly options: SessionIssuerOptions,
    private readonly recorder: SessionEventRecorder,
    @Optional() private readonly instruments: SessionInstruments = new SessionInstruments(),
  ) {}

  /**
   * Creates a session. If the user then has more than `maxPerUser` sessions, the oldest end. A session that
   * is being rotated at this moment counts twice.
   *
   * The roles and data of the session are decided before it is stored. If the user may be banned or lose a
   * role in between, pass `confirm`, which checks again.
   *
   * All fields of `user` are stored, and every service can read them: give the declared fields, not a row of
   * the user table.
   *
   * @returns the session and its token
   * @throws InvalidSessionError for a user, roles or data that no service could read
   *
   * @example
   * ```ts
   * const { token } = await manager.create({
   *   user: { id: user.id, username: user.username },
   *   roles: ['orders'],
   *   userAgent: req.headers['user-agent'] ?? null,
   * });
   * cookie.write(res, token, req);
   * ```
   */
  create<User extends SessionUser>(
    from: NewSession & { user: OnlyDeclared<User, SessionUser> },
    cause?: SessionEventCause,
  ): Promise<IssuedSession>;
  /**
   * Creates a session, and ends it again unless `confirm` returns true. Other sessions end after that.
   *
   * @returns `null` when `confirm` returned false
   * @throws InvalidSessionError for a user, roles or data that no service could read
   * @throws the error of `confirm`
   *
   * @example
   * ```ts
   * const from = { user: { id: user.id, username: user.username }, roles: ['orders'] };
   * const issued = await manager.create(from, {}, { confirm: () => users.maySignIn(user.id) });
   * if (issued === null) throw new UnauthorizedException();
   * ```
   */
  create<User extends SessionUser>(
    from: NewSession & { user: OnlyDeclared<User, SessionUser> },
    cause: SessionEventCause,
    options: CreateOptions,
  ): Promise<IssuedSession | null>;
  create(
    from: NewSession,
    cause: SessionEventCause = {},
    options: Partial<CreateOptions> = {},
  ): Promise<IssuedSession | null> {
    return this.instruments.run({ name: 'create' }, () => this.#create(from, cause, options));
  }

  async #create(
    from: NewSession,
    cause: SessionEventCause,
    { confirm }: Partial<CreateOptions>,
  ): Promise<IssuedSession | null> {
    const now = Date.now();
    const token = createToken();
    const fields = requireReadable({
      id: sessionIdOf(token),
      user: from.user,
      roles: from.roles,
      createdAt: now,
      authenticatedAt: Math.min(from.authenticatedAt ?? now, now),
      absoluteExpiresAt: now + this.options.absoluteTimeout,
      idleTimeout: this.options.idleTimeout,
      userAgent: clippedUserAgent(from.userAgent ?? null),
      ip: from.ip ?? null,
      data: from.data ?? NO_DATA,
    });
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
      // The token was not issued.
      if (!stands) await this.revoke(session.id, { reason: 'not-issued' });
    }
  }

  /**
   * Gives a session a new token and ends the old session, after a re-authentication: an earlier token is then
   * worthless. The absolute timeout does not change.
   *
   * With a grace, the old token works for a moment longer, except on routes with `@SkipCache()`, and gains
   * nothing new: see {@link Session.supersededBy}. Revoking either session ends both.
   *
   * @returns `null` when the session was revoked, rotated or changed in the meantime. Without a grace the
   *   session is then gone and the user signs in again, unless it was superseded before. With a grace it is
   *   as the concurrent operation left it.
   *
   * @example
   * ```ts
   * const issued = await manager.rotate(session.id, { reason: 're-authenticated' });
   * if (issued === null) throw sessionRequired(); // ended meanwhile
   * cookie.write(res, issued.token, req);
   * ```
   */
  rotate(
    id: string,
    cause: SessionEventCause = {},
    options: RotateOptions = {},
  ): Promise<IssuedSession | null> {
    if (!isSessionId(id)) return Promise.resolve(null);
    const rotate = () => this.#rotate(id, cause, options);
    return this.instruments.run({ name: 'rotate', sessionId: id }, rotate);
  }

  async #rotate(
    id: string,
    cause: SessionEventCause,
    options: RotateOptions,
  ): Promise<IssuedSession | null> {
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

  /**
   * Returns a session and its clocks, or `null` when it is gone. Does not count as use.
   *
   * @example
   * ```ts
   * const snapshot = await manager.find(session.id);
   * const expiresAt = snapshot && new Date(snapshot.expiresAt);
   * ```
   */
  find(id: string): Promise<SessionSnapshot | null> {
    return isSessionId(id) ? this.store.inspect(id) : Promise.resolve(null);
  }

  /**
   * Ends a session and its whole rotation chain, including sessions of concurrent rotations.
   *
   * @param cause A function when the cause depends on the session itself.
   * @returns the session's last state, or `null` when it was gone already
   *
   * @example
   * ```ts
   * await manager.revoke(session.id, { by: session.user.id, reason: 'signed-out' });
   * cookie.clear(res, req);
   * ```
   */
  revoke(id: string, cause: CauseOfEnd = {}): Promise<Session | null> {
    if (!isSessionId(id)) return Promise.resolve(null);
    const end = () => this.#endChain(id, null, cause);
    return this.instruments.run({ name: 'revoke', sessionId: id }, end);
  }

  /**
   * Ends all sessions of a user, except the session `except`.
   *
   * @returns number of ended sessions, without superseded sessions
   *
   * @example
   * ```ts
   * // After a change of password, on all other devices:
   * await manager.revokeAll(user.id, { except: session.id, reason: 'password-changed' });
   * ```
   */
  revokeAll(
    userId: string,
    { except, ...cause }: SessionEventCause & { except?: string } = {},
  ): Promise<number> {
    const kept = except === undefined ? [] : [except];
    return this.instruments.run({ name: 'revoke' }, () =>
      this.#forEachOf(userId, kept, async (id) => isItself(await this.#end(id, userId, cause))),
    );
  }

  /**
   * Returns a user's live sessions, latest absolute expiry first: the latest sign-in, unless
   * `absoluteTimeout` was changed. A rotated session is listed under its new id. Entries of ended sessions
   * are removed from the index.
   *
   * @throws RangeError when `limit` is not a whole number of 1 or more
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
    if (limit !== Infinity) requireWhole('limit', limit);
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
          // The successor was indexed before this session ended, but perhaps after the index was read.
          if (snapshot && isItself(snapshot.session)) listed.push(snapshot);
          else hasMoved = true;
        }
        for (const id of next) seen.add(id);
      }
    } while (hasMoved && listed.length < limit);
    return listed.sort((a, b) => comparePositions(a.session, b.session));
  }

  /**
   * Returns the number of live sessions of all users.
   *
   * @throws TypeError when the store does not list all sessions
   *
   * @example
   * const total = await manager.count();
   */
  count(): Promise<number> {
    return requireListing(this.store).count();
  }

  /**
   * Lists live sessions of all users, latest absolute expiry first: the latest sign-in, unless
   * `absoluteTimeout` was changed. Sessions that begin or end meanwhile may be listed or not.
   *
   * A filter with `userId` reads the user's index. For any other filter one call examines a limited number of
   * sessions: it may find none, although there are more. Call again with `next` until it is `null`.
   *
   * @throws RangeError when `limit` or `examine` is not a whole number of 1 or more
   * @throws TypeError for a field that is not a filter, or when the store does not list all sessions
   *
   * @example
   * let page = await manager.list({ filter: { role: 'admin' } });
   * const found = [...page.sessions];
   * while (page.next !== null) {
   *   page = await manager.list({ filter: { role: 'admin' }, after: page.next });
   *   found.push(...page.sessions);
   * }
   */
  async list(options: SessionListOptions = {}): Promise<SessionPage> {
    const { filter = {}, after, limit = 50, examine = EXAMINED_AT_MOST } = options;
    if (filter.userId === undefined) return listSessions(this.store, options);
    requireFilter(filter);
    requireWhole('limit', limit);
    requireWhole('examine', examine);
    const own = await this.listByUser(filter.userId, { limit: examine, after: after ?? undefined });
    const found = own.filter(({ session }) => meets(session, filter));
    const sessions = found.slice(0, limit);
    const isWhole = sessions.length === found.length;
    const last = isWhole ? own.at(-1) : sessions.at(-1);
    const next = last && !(isWhole && own.length < examine) ? positionOf(last.session) : null;
    return { sessions, next, examined: own.length };
  }

  /**
   * Ends all sessions that meet a filter, each with its rotation chain. Sessions that begin during the call may
   * survive it: for one user, {@link revokeAll} ends these as well.
   *
   * @returns number of ended sessions
   * @throws RangeError for a filter without a condition. To end all sessions, give `signedInBefore: Infinity`.
   * @throws TypeError for a field that is not a filter, or when the store does not list all sessions
   *
   * @example
   * await manager.revokeWhere({ ip: '203.0.113.9' }, { by: admin.id, reason: 'attack' });
   */
  async revokeWhere(filter: SessionFilter, cause: SessionEventCause = {}): Promise<number> {
    requireFilter(filter);
    if (isEmptyFilter(filter)) {
      throw new RangeError(
        'The filter has no condition. To end all sessions, give signedInBefore: Infinity.',
      );
    }
    let ended = 0;
    let after: SessionPosition | null = null;
    do {
      const page: SessionPage = await this.list({ filter, after, limit: REVOKED_AT_ONCE });
      const outcomes = await inBatches(page.sessions, ({ session }) =>
        this.#endChain(session.id, session.user.id, cause),
      );
      ended += outcomes.filter((session) => session !== null).length;
      after = page.next;
    } while (after !== null);
    return ended;
  }

  /**
   * Sets the roles of all live sessions of a user. Of two concurrent calls for one user either may win, and
   * not the same call in each session. An app that keeps roles elsewhere therefore holds its lock on the user
   * during the call.
   *
   * If it fails half-way, some sessions have the new roles and some the old. An app whose own change can fail
   * calls {@link limitRoles} before it commits the change, and this method after.
   *
   * @returns number of sessions, without superseded sessions
   * @throws InvalidSessionError for roles that are not an array of strings
   *
   * @example
   * ```ts
   * await manager.setRoles(user.id, ['orders', 'orders:write'], { by: admin.id });
   * ```
   */
  setRoles(
    userId: string,
    roles: readonly string[],
    cause: SessionEventCause = {},
  ): Promise<number> {
    return this.#changeRoles(userId, () => roles, cause);
  }

  /**
   * Removes from all live sessions of a user every role that is not in `roles`, and adds none.
   *
   * @returns number of sessions, without superseded sessions
   *
   * @example
   * await manager.limitRoles(user.id, ['orders'], { by: admin.id });
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
    const changes = new FieldChanges('roles', ({ roles }) => change(roles));
    return this.#changeAllOf(userId, changes, (session) => ({
      ...about(session, cause),
      type: 'rolesChanged',
      roles: session.roles,
    }));
  }

  /** @returns number of sessions, without superseded sessions */
  #changeAllOf<Field extends ChangeableField>(
    userId: string,
    changes: FieldChanges<Field>,
    eventOf: (session: Session) => SessionEvent,
  ): Promise<number> {
    return this.#forEachOf(userId, [], async (id) => {
      const changed = await this.store.update(id, (session) => changes.applyTo(session));
      if (!isItself(changed)) return false;
      if (changes.hasChanged(id)) await this.recorder.record(eventOf(changed));
      return true;
    });
  }

  /**
   * Changes fields of the user in all live sessions of the user, for instance after a change of the name. The
   * id never changes, and no session is extended. Of two concurrent calls that change different fields, both
   * take effect.
   *
   * Covers rotation chains like {@link setRoles}, and keeps fields that the changes do not name. To empty a
   * field, declare it as nullable. If the call fails half-way, call it again.
   *
   * @param changes Fields to replace; a field that is `undefined` stays as it is.
   * @returns number of sessions, without superseded sessions
   * @throws InvalidSessionError for fields that no service could read
   *
   * @example
   * await manager.updateUser(user.id, { username: 'countess' });
   */
  async updateUser<Changes extends UserChanges>(
    userId: string,
    changes: OnlyDeclared<Changes, UserChanges>,
    cause: SessionEventCause = {},
  ): Promise<number> {
    const given = Object.entries<unknown>(changes).filter(([, value]) => value !== undefined);
    // Unlike assignment, `fromEntries` makes `__proto__` a field like any other.
    const fields = Object.fromEntries(given) as Partial<SessionUser>;
    if ((fields.id ?? userId) !== userId) {
      throw new InvalidSessionError("The 'id' of a user never changes. Leave 'id' out.");
    }
    const update = new FieldChanges('user', ({ user }) => ({ ...user, ...fields }));
    return this.#changeAllOf(userId, update, (session) => ({
      ...about(session, cause),
      type: 'userChanged',
    }));
  }

  /**
   * Changes the data of a session. Concurrent calls take effect one after the other: each `change` gets the
   * result of the change before it, and runs again when another change was faster.
   *
   * A rotated session is changed under all ids at which it is live, also when the rotation is under way. Id,
   * token, user, roles and timeouts stay as they are. A session that has ended stays ended.
   *
   * Every change empties the copies in other processes and emits an event. Keep what changes with every
   * request elsewhere, under the session's id.
   *
   * @param change Returns the new data, all of it. Synchronous and free of side effects.
   * @returns the changed session, under its new id if it was rotated; `null` when it is gone
   * @throws InvalidSessionError for data that no service could read; the session is unchanged
   * @throws the error of `change`
   *
   * @example
   * await manager.updateData(session.id, (data) => ({ ...data, locale: 'de' }));
   */
  async updateData(
    id: string,
    change: (data: SessionData) => SessionData,
    cause: SessionEventCause = {},
  ): Promise<Session | null> {
    if (!isSessionId(id)) return null;
    const changes = new FieldChanges('data', ({ data }) => change(data));
    const changed = await updateChain(this.store, id, (session) => changes.applyTo(session));
    if (changed !== null && changes.hasChanged(changed.id)) {
      await this.recorder.record({ ...about(changed, cause), type: 'dataChanged' });
    }
    return changed;
  }

  /**
   * Runs `act` on every session of a user, including sessions that replace others meanwhile. A rotation
   * indexes the new session before the old session ends. The index is therefore read again as long as a
   * session was found gone or superseded.
   *
   * @param kept Ids to leave alone.
   * @param act Returns whether the session was still there and not superseded.
   * @returns number of sessions for which `act` returned true
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

  /** Reviews a missing session: the store decides by its own clock, and this process' clock may be fast. */
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

  /** A superseded session emits no end event: its `rotated` event has announced the successor. */
  async #recordEnd(session: Session, cause: SessionEventCause): Promise<void> {
    if (!isItself(session)) return;
    await this.recorder.record({ ...about(session, cause), type: 'revoked' });
  }
}

/** Number of sessions that {@link SessionManager.revokeWhere} finds before it ends them. */
const REVOKED_AT_ONCE = 500;

const TOO_MANY: SessionEventCause = { reason: 'too-many' };

/** Returns the fields that all events have. */
function about(
  { id, user }: Session,
  { by = null, reason = null }: { by?: string | null; reason?: string | null },
): Omit<SessionEvent, 'type'> {
  return { sessionId: id, userId: user.id, at: Date.now(), by, reason };
}

/** Returns the watch times of a session that begins now. */
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

/** Whether a session exists and is not superseded. */
function isItself(session: Session | null): session is Session {
  return session?.supersededBy === null;
}
