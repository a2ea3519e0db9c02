import { BoundedMap } from './bounded-map.js';

describe('BoundedMap', () => {
  let map: BoundedMap<string, number>;

  beforeEach(() => {
    map = new BoundedMap(3);
    map.set('a', 1).set('b', 2).set('c', 3);
  });

  it('keeps all entries up to the limit', () => {
    expect([...map]).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('evicts the oldest entry for each new entry beyond the limit', () => {
    map.set('d', 4);
    expect([...map.keys()]).toEqual(['b', 'c', 'd']);
    map.set('e', 5);
    expect([...map.keys()]).toEqual(['c', 'd', 'e']);
  });

  it('replaces a value without an eviction, and moves the entry to the end', () => {
    map.set('a', 10);
    expect([...map.keys()]).toEqual(['b', 'c', 'a']);
    map.set('d', 4);
    expect([...map.keys()]).toEqual(['c', 'a', 'd']);
    expect(map.get('a')).toBe(10);
  });

  it('does not move an entry that is read', () => {
    map.get('a');
    map.has('a');
    map.set('d', 4);
    expect(map.has('a')).toBe(false);
  });

  it('has room again after a deletion', () => {
    map.delete('b');
    map.set('d', 4);
    expect([...map.keys()]).toEqual(['a', 'c', 'd']);
  });

  it('evicts an entry whose key is undefined', () => {
    const keyed = new BoundedMap<string | undefined, number>(1);
    keyed.set(undefined, 1).set('a', 2);
    expect([...keyed.keys()]).toEqual(['a']);
  });
});
