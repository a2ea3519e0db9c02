import { IdleClocks } from './idle-clocks.js';

describe('the remembered idle clock', () => {
  const clocks = () => new IdleClocks();
  const dueIn = (it: IdleClocks, milliseconds: number) => {
    const dueAt = it.now() + milliseconds;
    return { dueAt, expiresAt: dueAt + 60_000 };
  };
  const later = (it: IdleClocks) => dueIn(it, 60_000);
  const overdue = (it: IdleClocks) => dueIn(it, -1);

  it('is not fresh for an unknown session', () => {
    expect(clocks().isFresh('a')).toBe(false);
  });

  it('is fresh until it is due', () => {
    const it = clocks();

    it.remember('a', later(it));
    it.remember('b', overdue(it));

    expect(it.isFresh('a')).toBe(true);
    expect(it.isFresh('b')).toBe(false);
  });

  it('is replaced by a later clock', () => {
    const it = clocks();
    it.remember('a', later(it));

    it.remember('a', overdue(it));

    expect(it.isFresh('a')).toBe(false);
  });

  it('reports its expiry even after it is due', () => {
    const it = clocks();
    const clock = overdue(it);

    it.remember('a', clock);

    expect(it.get('a')).toEqual(clock);
  });

  it('can be forgotten', () => {
    const it = clocks();
    it.remember('a', later(it));

    it.forget('a');

    expect(it.isFresh('a')).toBe(false);
    expect(it.get('a')).toBeUndefined();
  });

  it('is dropped for the least recently written session when there are too many', () => {
    const it = clocks();
    const ids = Array.from({ length: 50_000 }, (_, index) => `session-${index}`);
    for (const id of ids) it.remember(id, later(it));
    it.remember('session-0', later(it));

    it.remember('one more', later(it));

    expect(ids.filter((id) => !it.isFresh(id))).toEqual(['session-1']);
    expect(it.isFresh('one more')).toBe(true);
  });
});
