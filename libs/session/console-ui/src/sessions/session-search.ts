import type { AdminSessionView, SessionPageView } from '../api/views';

/** Sessions that a search keeps for the list. It counts the others. */
export const MOST_KEPT = 2000;

export interface SearchState {
  readonly sessions: readonly AdminSessionView[];
  /** Sessions found so far, kept or not. */
  readonly found: number;
  /** Sessions that the server has read so far. */
  readonly examined: number;
  /** Sessions to read; `null` before the first page. */
  readonly total: number | null;
  /** Cursor of the next page; `null` at the end. */
  readonly next: string | null;
  readonly isComplete: boolean;
}

export const NOTHING_SEARCHED: SearchState = {
  sessions: [],
  found: 0,
  examined: 0,
  total: null,
  next: null,
  isComplete: false,
};

/** Adds a page of results. A session that an earlier page held already counts once. */
export function withPage(state: SearchState, page: SessionPageView): SearchState {
  const known = new Set(state.sessions.map(({ id }) => id));
  const added = page.sessions.filter(({ id }) => !known.has(id));
  return {
    sessions: [...state.sessions, ...added].slice(0, MOST_KEPT),
    found: state.found + added.length,
    examined: state.examined + page.examined,
    total: page.total,
    next: page.next,
    isComplete: page.next === null,
  };
}

/** Returns the share of a search that is done, from 0 to 1. Sessions created meanwhile do not exceed 1. */
export function progressOf({ examined, total, isComplete }: SearchState): number {
  if (isComplete) return 1;
  if (total === null || total === 0) return 0;
  return Math.min(examined / total, 1);
}

/**
 * Reads all pages of a filter, and reports the state after each.
 *
 * @param readPage Rejects when the caller cancels; the search ends there.
 */
export async function searchAll(
  readPage: (after: string | undefined) => Promise<SessionPageView>,
  report: (state: SearchState) => void,
  from: SearchState = NOTHING_SEARCHED,
): Promise<SearchState> {
  let state = from;
  do {
    state = withPage(state, await readPage(state.next ?? undefined));
    report(state);
  } while (!state.isComplete);
  return state;
}
