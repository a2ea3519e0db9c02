import type { IssuerSessionStore, SessionSnapshot } from '../store/issuer-session.store.js';
import { positionOf, type SessionPosition } from '../store/session-position.js';
import { isEmptyFilter, meets, requireFilter, type SessionFilter } from './session-filter.js';

/** Parameters of {@link SessionManager.list}. */
export interface SessionListOptions {
  /** Maximum number of sessions of the page. @default 50 */
  readonly limit?: number;
  /** Position after which the page begins: `next` of the previous page. @default the first page */
  readonly after?: SessionPosition | null;
  /** Condition on the listed sessions. @default all sessions */
  readonly filter?: SessionFilter;
  /**
   * Maximum number of sessions that the call examines for a filter.
   * @default 2000
   */
  readonly examine?: number;
}

/** Page of the list of all sessions. */
export interface SessionPage {
  /** Sessions that meet the filter, latest absolute expiry first. */
  readonly sessions: readonly SessionSnapshot[];
  /** Position of the next page; `null` at the end. A page may be empty and still have a next page. */
  readonly next: SessionPosition | null;
  /** Number of sessions that the call has examined, for progress. */
  readonly examined: number;
}

/** Default of {@link SessionListOptions.examine}. */
export const EXAMINED_AT_MOST = 2_000;

/** Maximum number of sessions that a filter reads before it looks at them. */
const BATCH = 500;

type ListingStore = IssuerSessionStore & Required<Pick<IssuerSessionStore, 'count' | 'listAfter'>>;

/** @throws TypeError for a store that cannot list all sessions */
export function requireListing(store: IssuerSessionStore): ListingStore {
  if (isListing(store)) return store;
  throw new TypeError(
    `${store.constructor.name} does not list the sessions of all users. Implement count() and listAfter() of IssuerSessionStore.`,
  );
}

function isListing(store: IssuerSessionStore): store is ListingStore {
  return store.count !== undefined && store.listAfter !== undefined;
}

/**
 * Lists sessions of all users, without the index of a user.
 *
 * @throws RangeError for a limit that is not a whole number of 1 or more
 * @throws TypeError for a filter that is not understood, or a store that cannot list all sessions
 */
export async function listSessions(
  store: IssuerSessionStore,
  { limit = 50, after = null, filter = {}, examine = EXAMINED_AT_MOST }: SessionListOptions,
): Promise<SessionPage> {
  requireFilter(filter);
  requireWhole('limit', limit);
  requireWhole('examine', examine);
  const listing = requireListing(store);
  const sessions: SessionSnapshot[] = [];
  let examined = 0;
  let next = after;
  do {
    const wanted = isEmptyFilter(filter) ? limit - sessions.length : BATCH;
    const page = await listing.listAfter(next, Math.min(wanted, examine - examined));
    for (const [i, snapshot] of page.sessions.entries()) {
      if (!meets(snapshot.session, filter)) continue;
      sessions.push(snapshot);
      if (sessions.length < limit) continue;
      const isLast = page.next === null && i === page.sessions.length - 1;
      return {
        sessions,
        next: isLast ? null : positionOf(snapshot.session),
        examined: examined + i + 1,
      };
    }
    examined += page.examined;
    ({ next } = page);
  } while (next !== null && examined < examine);
  return { sessions, next, examined };
}

/** @throws RangeError */
export function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`${name} must be a whole number of 1 or more, got ${value}.`);
}
