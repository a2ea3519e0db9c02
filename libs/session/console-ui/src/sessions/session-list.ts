import type { AdminSessionView } from '../api/views';
import type { SessionEvent } from '../live/session-event';

/** A session in the list, with what happened to it since the list was loaded. */
export interface SessionRow {
  readonly session: AdminSessionView;
  /** `ended` rows are marked, and leave the list after a while. */
  readonly mark: 'none' | 'new' | 'changed' | 'ended';
  /** End of the session in words of the event; `null` while it lives. */
  readonly end: SessionEvent | null;
}

/** The list of sessions, and changes that wait while the reader holds it. */
export interface SessionList {
  readonly rows: readonly SessionRow[];
  /** Number of live sessions that the list stands for; `null` before the first page. */
  readonly total: number | null;
  /** Whether the list stands for all sessions, and not for those of a filter. */
  readonly isWhole: boolean;
  /** Changes that have arrived while the list was held. */
  readonly waiting: readonly SessionEvent[];
  readonly isHeld: boolean;
  /** Users whose sessions have to be read again, because an event carries no details. */
  readonly stale: ReadonlySet<string>;
}

export type SessionListAction =
  | {
      /** A page of the server. The first one replaces the list, and each further one continues it. */
      readonly type: 'loaded';
      readonly isFirst: boolean;
      readonly isWhole: boolean;
      readonly sessions: readonly AdminSessionView[];
      /** Number of all sessions, or of those that this page of a filter has found. */
      readonly count: number;
    }
  /** `isOwn`: the reader has caused it, so it is shown even while the list is held. */
  | { readonly type: 'event'; readonly event: SessionEvent; readonly isOwn?: boolean }
  | { readonly type: 'held'; readonly isHeld: boolean }
  | {
      readonly type: 'read';
      readonly userId: string;
      readonly sessions: readonly AdminSessionView[];
    }
  | { readonly type: 'swept' };

export const EMPTY_LIST: SessionList = {
  rows: [],
  total: null,
  isWhole: true,
  waiting: [],
  isHeld: false,
  stale: new Set(),
};

/** Changes that a held list keeps. Beyond them the list has to be loaded again. */
const MOST_WAITING = 1000;

export function sessionListReducer(list: SessionList, action: SessionListAction): SessionList {
  switch (action.type) {
    case 'loaded':
      return loaded(list, action);
    case 'event':
      return list.isHeld && action.isOwn !== true
        ? held(list, action.event)
        : applied(list, action.event);
    case 'held':
      return action.isHeld ? { ...list, isHeld: true } : released(list);
    case 'read':
      return read(list, action.userId, action.sessions);
    case 'swept':
      return list.isHeld
        ? list
        : { ...list, rows: list.rows.filter(({ mark }) => mark !== 'ended') };
  }
}

function loaded(
  list: SessionList,
  { isFirst, isWhole, sessions, count }: Extract<SessionListAction, { type: 'loaded' }>,
): SessionList {
  const before = new Map(list.rows.map((row) => [row.session.id, row]));
  if (isFirst) {
    const rows = sessions.map((session) => {
      const { mark = 'none', end = null } = before.get(session.id) ?? {};
      return { session, mark, end };
    });
    // A session that begins between the count and the list is in one of them only.
    const total = Math.max(count, rows.filter(({ mark }) => mark !== 'ended').length);
    return { ...list, rows, total, isWhole, stale: new Set() };
  }
  const added = sessions
    .filter(({ id }) => !before.has(id))
    .map((session) => ({ session, mark: 'none' as const, end: null }));
  const known = sessions.length - added.length;
  const total = isWhole ? count : moved(list.total, count - known);
  return { ...list, rows: [...list.rows, ...added], total };
}

function held(list: SessionList, event: SessionEvent): SessionList {
  return { ...list, waiting: [...list.waiting, event].slice(-MOST_WAITING) };
}

function released({ waiting, ...list }: SessionList): SessionList {
  const free: SessionList = { ...list, waiting: [], isHeld: false };
  return waiting.reduce(applied, free);
}

function applied(list: SessionList, event: SessionEvent): SessionList {
  switch (event.type) {
    case 'created':
      return { ...staleAfter(list, event), total: moved(list.total, list.isWhole ? 1 : 0) };
    case 'revoked':
    case 'expired':
      return ended(list, event.sessionId, event);
    case 'rotated': {
      const previous = event.previousSessionId ?? event.sessionId;
      const rows = list.rows.filter(({ session }) => session.id !== previous);
      return staleAfter({ ...list, rows }, event);
    }
    case 'rolesChanged':
    case 'userChanged':
      return list.rows.some(({ session }) => session.user.id === event.userId)
        ? staleAfter(list, event)
        : list;
    case 'dataChanged':
      return list;
  }
}

function ended(list: SessionList, id: string, end: SessionEvent): SessionList {
  const known = list.rows.find(({ session }) => session.id === id);
  if (known?.mark === 'ended') return list;
  const rows = list.rows.map((row) =>
    row === known ? { ...row, mark: 'ended' as const, end } : row,
  );
  const counts = list.isWhole || known !== undefined;
  return { ...list, rows, total: moved(list.total, counts ? -1 : 0) };
}

function staleAfter(list: SessionList, { userId }: SessionEvent): SessionList {
  return { ...list, stale: new Set([...list.stale, userId]) };
}

function moved(total: number | null, by: number): number | null {
  return total === null ? null : Math.max(0, total + by);
}

/** Puts the current sessions of a user into the list: new ones to its top, others to their places. */
function read(
  list: SessionList,
  userId: string,
  sessions: readonly AdminSessionView[],
): SessionList {
  const current = new Map(sessions.map((session) => [session.id, session]));
  const rows: SessionRow[] = [];
  for (const row of list.rows) {
    if (row.session.user.id !== userId || row.mark === 'ended') {
      rows.push(row);
      continue;
    }
    const session = current.get(row.session.id);
    // The filter no longer finds it, such as after the loss of a role.
    if (session === undefined) continue;
    const mark = isSame(row.session, session) ? row.mark : 'changed';
    rows.push({ ...row, session, mark });
  }
  const known = new Set(list.rows.map(({ session }) => session.id));
  const added = sessions
    .filter(({ id }) => !known.has(id))
    .map((session) => ({ session, mark: 'new' as const, end: null }));
  const stale = new Set(list.stale);
  stale.delete(userId);
  const difference = added.length + rows.length - list.rows.length;
  const total = list.isWhole ? list.total : moved(list.total, difference);
  return { ...list, rows: [...added, ...rows], total, stale };
}

function isSame(one: AdminSessionView, other: AdminSessionView): boolean {
  return one.user.username === other.user.username && one.roles.join() === other.roles.join();
}
