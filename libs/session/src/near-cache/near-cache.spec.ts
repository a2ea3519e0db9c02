import { sampleSession } from '../../test-support/sample-session.js';
import { NearCache, type NearSession } from './near-cache.js';

const entry = (): NearSession => ({
  session: sampleSession(),
  expiresAt: Infinity,
  renewalDueAt: Infinity,
  servedAt: 0,
  isReferenced: false,
});

/** Marks an entry as served, as `NearCachedSessionStore` does on a hit. */
function serve(cache: NearCache, id: string): void {
  const found = cache.get(id);
  if (found) found.isReferenced = true;
}

const held = (cache: NearCache, ids: string[]) => ids.filter((id) => cache.get(id) !== undefined);

describe('the memory of a near-cache', () => {
  it('holds at most the maximum number of sessions', () => {
    const cache = new NearCache(3);

    for (let i = 0; i < 50; i += 1) {
      cache.set(`s-${i}`, entry());
      serve(cache, `s-${i % 7}`);
      expect(cache.size).toBeLessThanOrEqual(3);
    }

    expect(cache.size).toBe(3);
  });

  it('first drops sessions that were not served', () => {
    const cache = new NearCache(3);
    for (const id of ['a', 'b', 'c']) cache.set(id, entry());
    serve(cache, 'a');
    serve(cache, 'c');

    cache.set('d', entry());

    expect(held(cache, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
  });

  it('spares a served session once, but not forever', () => {
    const cache = new NearCache(2);
    cache.set('a', entry());
    cache.set('b', entry());
    serve(cache, 'a');

    cache.set('c', entry());
    cache.set('d', entry());

    expect(held(cache, ['a', 'b', 'c', 'd'])).toEqual(['c', 'd']);
  });

  it('keeps a new session even if all the others were served', () => {
    const cache = new NearCache(2);
    cache.set('a', entry());
    cache.set('b', entry());
    serve(cache, 'a');
    serve(cache, 'b');

    cache.set('c', entry());

    expect(held(cache, ['a', 'b', 'c'])).toEqual(['b', 'c']);
  });

  it('drops nothing to replace a session that it already holds', () => {
    const cache = new NearCache(2);
    cache.set('a', entry());
    cache.set('b', entry());

    cache.set('a', entry());

    expect(held(cache, ['a', 'b'])).toEqual(['a', 'b']);
  });

  describe('a read', () => {
    it('may be stored when nothing has changed since', () => {
      const cache = new NearCache(1);
      const read = cache.beginRead('a');

      expect(cache.isCurrent('a', read)).toBe(true);
    });

    it.each([
      [
        'its session was forgotten',
        (cache: NearCache) => {
          cache.forget('a');
        },
      ],
      [
        'everything was',
        (cache: NearCache) => {
          cache.clear();
        },
      ],
      ['a later read has begun', (cache: NearCache) => void cache.beginRead('a')],
    ])('may not be stored when %s', (_what, happen) => {
      const cache = new NearCache(1);
      const read = cache.beginRead('a');

      happen(cache);

      expect(cache.isCurrent('a', read)).toBe(false);
    });

    it('may be stored when another session was forgotten', () => {
      const cache = new NearCache(1);
      const read = cache.beginRead('a');

      cache.forget('b');

      expect(cache.isCurrent('a', read)).toBe(true);
    });

    it('that ends does not affect a later read', () => {
      const cache = new NearCache(1);
      const first = cache.beginRead('a');
      const second = cache.beginRead('a');

      cache.endRead('a', first);

      expect(cache.isCurrent('a', second)).toBe(true);
    });
  });
});
