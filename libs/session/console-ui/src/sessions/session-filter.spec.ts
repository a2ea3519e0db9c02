import { filterOfQuery, filterWords, isEmptyFilter, queryOfFilter } from './session-filter';

describe('the filter of sessions', () => {
  it('survives the address', () => {
    const filter = {
      user: 'u 1',
      role: 'orders:write',
      ip: '2001:db8::7',
      signedInAfter: '2026-01-01T00:00:00.000Z',
      signedInBefore: '2026-01-02T00:00:00.000Z',
    };
    expect(filterOfQuery(queryOfFilter(filter))).toEqual(filter);
  });

  it('ignores empty and unknown fields', () => {
    expect(filterOfQuery('?role=&ip=%20&page=2&user=%20u-1%20')).toEqual({ user: 'u-1' });
    expect(isEmptyFilter(filterOfQuery('?page=2'))).toBe(true);
    expect(queryOfFilter({})).toBe('');
  });

  it('names every field in the confirmation', () => {
    const filter = { user: 'u', role: 'r', ip: 'i', signedInAfter: 'a', signedInBefore: 'b' };
    expect(filterWords(filter, (time) => `<${time}>`)).toBe(
      'of the user u, with the role r, from the address i, signed in after <a>, signed in before <b>',
    );
  });
});
