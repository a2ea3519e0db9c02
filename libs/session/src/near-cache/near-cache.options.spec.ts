import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { nearCacheLimitsOf } from './near-cache.options.js';

type Given = Parameters<typeof nearCacheLimitsOf>[0];
type NearCacheLimits = NonNullable<ReturnType<typeof nearCacheLimitsOf>>;

describe('the option nearCache', () => {
  it('is off by default', () => {
    expect(nearCacheLimitsOf()).toBeNull();
    expect(nearCacheLimitsOf(false)).toBeNull();
  });

  const taken: [given: Given, limits: NearCacheLimits][] = [
    [true, { maxStaleness: 1_000, maxEntries: 10_000 }],
    ['2s', { maxStaleness: 2_000, maxEntries: 10_000 }],
    [250, { maxStaleness: 250, maxEntries: 10_000 }],
    [{}, { maxStaleness: 1_000, maxEntries: 10_000 }],
    [{ maxEntries: 5 }, { maxStaleness: 1_000, maxEntries: 5 }],
    [
      { maxStaleness: '100ms', maxEntries: 1 },
      { maxStaleness: 100, maxEntries: 1 },
    ],
  ];

  it('has defaults for omitted values', () =>
    eachRow(taken, ([given, limits]) => {
      expect(nearCacheLimitsOf(given)).toEqual(limits);
    }));

  const refused: [given: Given, message: RegExp][] = [
    ['2', /nearCache\.maxStaleness: '2' is not a time span/],
    ['99ms', /nearCache\.maxStaleness: 99 ms is too short/],
    [0, /nearCache\.maxStaleness/],
    [{ maxEntries: 0 }, /nearCache\.maxEntries/],
    [{ maxEntries: 1.5 }, /nearCache\.maxEntries/],
  ];

  it('is rejected with an invalid value', () =>
    eachRow(refused, ([given, message]) => {
      const act = () => nearCacheLimitsOf(given);

      expect(act).toThrow(SessionOptionsError);
      expect(act).toThrow(message);
    }));
});
