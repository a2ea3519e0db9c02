import type { SessionPage } from '../issuer/session-list.js';
import type { Session } from '../session/session.js';
import type { SessionSnapshot } from '../store/issuer-session.store.js';
import type { SessionPosition } from '../store/session-position.js';

/** User of a session. */
export interface SessionOwner {
  readonly id: string;
  readonly username: string;
}

/** Lifetime of a session. Times are RFC 3339. */
export interface SessionTimes {
  /** Names the session, and gives no access to it. */
  readonly id: string;
  readonly createdAt: string;
  /** End by the idle timeout. Requests renew it. */
  readonly expiresAt: string;
  readonly absoluteExpiresAt: string;
}

/** Session of a request, with its user. */
export interface CurrentSessionJson {
  readonly user: SessionOwner & { readonly roles: readonly string[] };
  readonly session: SessionTimes;
}

/** Session in a list of its user. */
export interface ListedSessionJson extends SessionTimes {
  readonly lastSeenAt: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** Whether the request came with this session. */
  readonly current: boolean;
}

/** Session in a list of all users. */
export interface OwnedSessionJson extends ListedSessionJson {
  readonly user: SessionOwner;
  readonly roles: readonly string[];
  readonly authenticatedAt: string;
}

/** Page of the sessions of all users. */
export interface SessionPageJson {
  /** Number of live sessions of all users, without the filter. */
  readonly total: number;
  readonly sessions: readonly OwnedSessionJson[];
  /** `after` of the next page; `null` at the end. */
  readonly next: string | null;
  /** Number of sessions that were compared with the filter. */
  readonly examined: number;
}

/**
 * Returns what a user sees of the current session.
 *
 * @param expiresAt End by the idle timeout, in epoch milliseconds.
 *
 * @example
 * const found = await manager.find(sessionId);
 * const shown = found && viewCurrentSession(found.session, found.expiresAt);
 */
export function viewCurrentSession(session: Session, expiresAt: number): CurrentSessionJson {
  const { roles } = session;
  return { user: { ...ownerOf(session), roles }, session: timesOf(session, expiresAt) };
}

/**
 * Returns what a user sees of one of the own sessions.
 *
 * @param currentId Id of the session of the request.
 *
 * @example
 * const own = await manager.listByUser(user.id);
 * const shown = own.map((snapshot) => viewListedSession(snapshot, sessionId));
 */
export function viewListedSession(
  { session, expiresAt, lastSeenAt }: SessionSnapshot,
  currentId: string,
): ListedSessionJson {
  return {
    ...timesOf(session, expiresAt),
    lastSeenAt: toIso(lastSeenAt),
    userAgent: session.userAgent,
    ip: session.ip,
    current: session.id === currentId,
  };
}

/**
 * Returns a page of the sessions of all users.
 *
 * @param total Number of live sessions of all users.
 * @param currentId Id of the session of the request.
 *
 * @example
 * const [page, total] = await Promise.all([manager.list(), manager.count()]);
 * const shown = viewSessionPage(page, total, sessionId);
 */
export function viewSessionPage(
  { sessions, next, examined }: SessionPage,
  total: number,
  currentId: string,
): SessionPageJson {
  return {
    total,
    sessions: sessions.map((snapshot) => ({
      ...viewListedSession(snapshot, currentId),
      user: ownerOf(snapshot.session),
      roles: snapshot.session.roles,
      authenticatedAt: toIso(snapshot.session.authenticatedAt),
    })),
    next: next && textOfPosition(next),
    examined,
  };
}

/**
 * Returns the text of a position, for `after` of a call.
 *
 * @example
 * const page = await manager.list({ limit: 50 });
 * const next = page.next && textOfPosition(page.next);
 */
export function textOfPosition({ absoluteExpiresAt, id }: SessionPosition): string {
  return `${toIso(absoluteExpiresAt)},${id}`;
}

/** Text of {@link textOfPosition}. */
const POSITION = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),([\w-]{43})$/;

/**
 * Returns the position of a text; `null` when it is malformed.
 *
 * @example
 * const after = positionOfText(json);
 * if (after !== null) await manager.list({ after });
 */
export function positionOfText(text: string): SessionPosition | null {
  const [, end = '', id = ''] = POSITION.exec(text) ?? [];
  const absoluteExpiresAt = Date.parse(end);
  return Number.isNaN(absoluteExpiresAt) ? null : { id, absoluteExpiresAt };
}

function ownerOf({ user }: Session): SessionOwner {
  return { id: user.id, username: user.username };
}

function timesOf(session: Session, expiresAt: number): SessionTimes {
  return {
    id: session.id,
    createdAt: toIso(session.createdAt),
    expiresAt: toIso(expiresAt),
    absoluteExpiresAt: toIso(session.absoluteExpiresAt),
  };
}

/** Formats epoch milliseconds as RFC 3339. */
function toIso(time: number): string {
  return new Date(time).toISOString();
}
