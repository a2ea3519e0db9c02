import type { SessionEvent } from '../live/session-event';
import {
  EMPTY_LIST,
  type SessionList,
  type SessionListAction,
  sessionListReducer,
} from './session-list';
import { sampleView } from './test-support';

const after = (list: SessionList, ...actions: SessionListAction[]) =>
  actions.reduce(sessionListReducer, list);

const event = (
  type: SessionEvent['type'],
  sessionId: string,
  rest: Partial<SessionEvent> = {},
): SessionListAction => ({
  type: 'event',
  event: { ...{ type, sessionId, userId: 'u-1', at: 1, by: null, reason: null }, ...rest },
});

const sessions = [sampleView('a'), sampleView('b', 'u-2')];
const page = (
  rest: Partial<Extract<SessionListAction, { type: 'loaded' }>>,
): SessionListAction => ({
  ...{ type: 'loaded', isFirst: true, isWhole: true, sessions, count: 10 },
  ...rest,
});
const whole = after(EMPTY_LIST, page({}));
const filtered = after(EMPTY_LIST, page({ isWhole: false, count: 2 }));
const marks = ({ rows }: SessionList) => rows.map(({ session, mark }) => [session.id, mark]);

describe('the live list of sessions', () => {
  it('marks an ended session, and removes it with the next sweep', () => {
    const list = after(whole, event('revoked', 'a', { reason: 'signed-out' }));
    expect(marks(list)).toEqual([
      ['a', 'ended'],
      ['b', 'none'],
    ]);
    expect(list.rows[0]?.end?.reason).toBe('signed-out');
    expect(list.total).toBe(9);
    expect(marks(after(list, { type: 'swept' }))).toEqual([['b', 'none']]);
  });

  it('counts the end of a session once, although the reader and the stream report it', () => {
    expect(after(whole, event('revoked', 'a'), event('revoked', 'a')).total).toBe(9);
  });

  it('counts sessions that are not in the list only when it stands for all', () => {
    expect(after(whole, event('expired', 'z'), event('created', 'y')).total).toBe(10);
    expect(after(filtered, event('expired', 'z'), event('created', 'y')).total).toBe(2);
  });

  it('counts no fewer sessions than it shows', () => {
    expect(after(EMPTY_LIST, page({ count: 1 })).total).toBe(2);
  });

  it('asks for the details of a new session, and puts it on top', () => {
    const asked = after(whole, event('created', 'c'));
    expect([...asked.stale]).toEqual(['u-1']);
    const read = [sampleView('a'), sampleView('c')];
    const list = after(asked, { type: 'read', userId: 'u-1', sessions: read });
    expect(marks(list)).toEqual([
      ['c', 'new'],
      ['a', 'none'],
      ['b', 'none'],
    ]);
    expect([list.total, list.stale.size]).toEqual([11, 0]);
  });

  it('counts new findings of a filter when they are read', () => {
    const read = [sampleView('a'), sampleView('c')];
    const list = after(filtered, { type: 'read', userId: 'u-1', sessions: read });
    expect(list.total).toBe(3);
    expect(after(list, { type: 'read', userId: 'u-1', sessions: [] }).total).toBe(1);
  });

  it('marks a session with other roles, and drops it when the filter no longer finds it', () => {
    const asked = after(whole, event('rolesChanged', 'a'));
    expect([...asked.stale]).toEqual(['u-1']);
    const changed = [sampleView('a', 'u-1', ['orders'])];
    expect(marks(after(asked, { type: 'read', userId: 'u-1', sessions: changed }))[0]).toEqual([
      'a',
      'changed',
    ]);
    expect(marks(after(asked, { type: 'read', userId: 'u-1', sessions: [] }))).toEqual([
      ['b', 'none'],
    ]);
  });

  it('asks for no details after a role change of a user that the list does not show', () => {
    expect(after(whole, event('rolesChanged', 'z', { userId: 'u-9' })).stale.size).toBe(0);
  });

  it('replaces a rotated session without a change of the total', () => {
    const list = after(whole, event('rotated', 'a2', { previousSessionId: 'a' }));
    expect(marks(list)).toEqual([['b', 'none']]);
    expect([list.total, [...list.stale]]).toEqual([10, ['u-1']]);
  });

  it('keeps changes while it is held, and applies them when it is released', () => {
    const held = after(whole, { type: 'held', isHeld: true }, event('revoked', 'a'));
    expect(marks(held)).toEqual(marks(whole));
    expect(held.waiting).toHaveLength(1);
    const released = after(held, { type: 'held', isHeld: false });
    expect(marks(released)[0]).toEqual(['a', 'ended']);
    expect([released.waiting, released.total]).toEqual([[], 9]);
  });

  it('shows an end by the reader at once, also while it is held', () => {
    const own = { ...event('revoked', 'a'), isOwn: true } as SessionListAction;
    const list = after(whole, { type: 'held', isHeld: true }, own, { type: 'swept' });
    expect(marks(list)[0]).toEqual(['a', 'ended']);
  });

  it('keeps its marks when it is loaded again', () => {
    expect(marks(after(whole, event('revoked', 'a'), page({ count: 9 })))).toEqual([
      ['a', 'ended'],
      ['b', 'none'],
    ]);
  });

  it('keeps new sessions and questions about changes when further pages arrive', () => {
    const list = after(
      whole,
      { type: 'read', userId: 'u-1', sessions: [sampleView('n'), sampleView('a')] },
      event('created', 'm', { userId: 'u-3' }),
      page({ isFirst: false, sessions: [sampleView('b', 'u-2'), sampleView('c')], count: 12 }),
    );
    expect(marks(list).map(([id]) => id)).toEqual(['n', 'a', 'b', 'c']);
    expect([list.total, [...list.stale]]).toEqual([12, ['u-3']]);
  });

  it('adds the findings of each further page of a filter to its number', () => {
    const found = [sampleView('b', 'u-2'), sampleView('c')];
    const next = page({ isFirst: false, isWhole: false, sessions: found, count: 2 });
    expect(after(filtered, event('revoked', 'a'), next).total).toBe(2);
  });
});
