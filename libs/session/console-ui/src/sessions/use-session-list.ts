import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { SessionPageView } from '../api/views';
import { useApi } from '../console.context';
import { useFeedReturn, useSessionEvents } from '../live/live';
import type { SessionEvent } from '../live/session-event';
import { useInterval } from '../ui/use-interval';
import { isEmptyFilter, type SessionFilter } from './session-filter';
import { EMPTY_LIST, type SessionList, sessionListReducer } from './session-list';
import { NOTHING_SEARCHED, searchAll, type SearchState, withPage } from './session-search';

/** Sessions of one request. A search takes more, because most of them do not match. */
const PAGE_SIZE = 50;
const SEARCH_SIZE = 200;

/** Time that an ended session stays in the list, in milliseconds. */
const SWEEP_MS = 6000;

/** Changes that arrive within this time are shown together. Milliseconds. */
const GATHER_MS = 300;

/** Above this number of users with changes, the list is loaded again instead. */
const MOST_STALE = 25;

export interface LiveSessionList {
  readonly list: SessionList;
  readonly search: SearchState;
  readonly isSearching: boolean;
  readonly error: unknown;
  readonly hold: (isHeld: boolean) => void;
  readonly markEnded: (sessionId: string, userId: string) => void;
  /** Reads the next page; with a filter, all further pages. */
  readonly more: () => void;
  readonly cancel: () => void;
  readonly reload: () => void;
}

/** Loads the sessions of a filter, and keeps them up to date from the event stream. */
export function useSessionList(filter: SessionFilter): LiveSessionList {
  const api = useApi();
  const isWhole = isEmptyFilter(filter);
  const [list, dispatch] = useReducer(sessionListReducer, EMPTY_LIST);
  const [search, setSearch] = useState(NOTHING_SEARCHED);
  const [isSearching, setSearching] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);

  const run = useCallback(
    async (from: SearchState) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      const { signal } = abort;
      const limit = isWhole ? PAGE_SIZE : SEARCH_SIZE;
      const readPage = (after?: string): Promise<SessionPageView> =>
        api.sessions(filter, { limit, ...(after === undefined ? {} : { after }) }, signal);
      let shown = from;
      const report = (state: SearchState) => {
        const sessions = state.sessions.slice(shown.sessions.length);
        const count = isWhole ? (state.total ?? 0) : state.found - shown.found;
        const isFirst = shown.total === null;
        shown = state;
        setSearch(state);
        dispatch({ type: 'loaded', isFirst, isWhole, sessions, count });
      };
      setSearching(true);
      setError(null);
      try {
        if (isWhole) report(withPage(from, await readPage(from.next ?? undefined)));
        else await searchAll(readPage, report, from);
      } catch (failure) {
        if (!signal.aborted) setError(failure);
      }
      if (running.current === abort) setSearching(false);
    },
    [api, filter, isWhole],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setSearching(false);
  }, []);
  const reload = useCallback(() => void run(NOTHING_SEARCHED), [run]);
  useEffect(() => {
    reload();
    return cancel;
  }, [reload, cancel]);

  useSessionEvents((event) => {
    if (filter.user !== undefined && filter.user !== event.userId) return;
    dispatch({ type: 'event', event });
  });
  useFeedReturn(reload);
  useInterval(() => {
    if (list.rows.some(({ mark }) => mark === 'ended')) dispatch({ type: 'swept' });
  }, SWEEP_MS);

  const { stale } = list;
  useEffect(() => {
    if (stale.size === 0 || isSearching) return;
    const abort = new AbortController();
    const readUser = async (userId: string) => {
      const limit = SEARCH_SIZE;
      const page = await api.sessions({ ...filter, user: userId }, { limit }, abort.signal);
      dispatch({ type: 'read', userId, sessions: page.sessions });
    };
    const timer = setTimeout(() => {
      if (stale.size > MOST_STALE) reload();
      else Promise.all([...stale].map(readUser)).catch(() => undefined);
    }, GATHER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [stale, isSearching, api, filter, reload]);

  return {
    list,
    search,
    isSearching,
    error,
    cancel,
    reload,
    hold: useCallback((isHeld: boolean) => {
      dispatch({ type: 'held', isHeld });
    }, []),
    markEnded: useCallback((sessionId: string, userId: string) => {
      const event: SessionEvent = {
        ...{ type: 'revoked', sessionId, userId, at: Date.now() },
        ...{ by: null, reason: 'ended-by-administrator' },
      };
      dispatch({ type: 'event', event, isOwn: true });
    }, []),
    more: useCallback(() => void run(search), [run, search]),
  };
}
