import type { SessionPageView } from '../api/views';
import {
  MOST_KEPT,
  NOTHING_SEARCHED,
  progressOf,
  searchAll,
  type SearchState,
  withPage,
} from './session-search';
import { sampleView } from './test-support';

const page = (ids: string[], next: string | null, examined = 10, total = 30): SessionPageView => ({
  ...{ total, next, examined },
  sessions: ids.map((id) => sampleView(id)),
});

describe('a search', () => {
  it('reads all pages, also empty ones, and reports its progress', async () => {
    const pages = [page(['a'], '1'), page([], '2'), page(['b', 'c'], null)];
    const cursors: (string | undefined)[] = [];
    const progress: number[] = [];

    const result = await searchAll(
      (after) => {
        cursors.push(after);
        return Promise.resolve(pages.shift() ?? page([], null));
      },
      (state) => progress.push(progressOf(state)),
    );

    expect(cursors).toEqual([undefined, '1', '2']);
    expect(progress).toEqual([10 / 30, 20 / 30, 1]);
    expect(result).toMatchObject({ found: 3, examined: 30, isComplete: true });
    expect(result.sessions.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('keeps its findings when it is cancelled, and continues from there', async () => {
    const states: SearchState[] = [];
    const cancelled = searchAll(
      (after) =>
        after === undefined ? Promise.resolve(page(['a'], '1')) : Promise.reject(new Error('stop')),
      (state) => states.push(state),
    );
    await expect(cancelled).rejects.toThrow('stop');
    const [kept] = states;
    expect(kept).toMatchObject({ found: 1, isComplete: false });

    const result = await searchAll(
      () => Promise.resolve(page(['b'], null)),
      () => undefined,
      kept,
    );
    expect(result.sessions.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('counts a session of two pages once', () => {
    const state = withPage(withPage(NOTHING_SEARCHED, page(['a', 'b'], '1')), page(['b'], null));
    expect(state).toMatchObject({ found: 2, isComplete: true });
  });

  it('counts findings beyond those that it keeps', () => {
    const ids = Array.from({ length: MOST_KEPT + 5 }, (_, index) => String(index));
    const state = withPage(NOTHING_SEARCHED, page(ids, null));
    expect(state.found).toBe(MOST_KEPT + 5);
    expect(state.sessions).toHaveLength(MOST_KEPT);
  });

  it('shows no progress above 100 % when sessions are created meanwhile', () => {
    const state = withPage(NOTHING_SEARCHED, page([], '1', 50, 30));
    expect(progressOf(state)).toBe(1);
    expect(progressOf(NOTHING_SEARCHED)).toBe(0);
  });
});
