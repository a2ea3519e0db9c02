import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { toMilliseconds } from './duration.js';

describe('a time span', () => {
  const spans: [given: number | string, milliseconds: number][] = [
    [1, 1],
    [1_500, 1_500],
    ['500ms', 500],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['2 hours', 7_200_000],
    ['10 M', 600_000],
  ];

  it('is converted to milliseconds', () =>
    eachRow(spans, ([given, milliseconds]) => {
      expect(toMilliseconds('idleTimeout', given)).toBe(milliseconds);
    }));

  const refused: (number | string)[] = [
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    Number.MAX_SAFE_INTEGER + 1,
    '',
    ' ',
    '30',
    '30.5',
    '0m',
    '-5m',
    '0.5ms',
    'soon',
    '30 minutes and a half',
    '1h30m',
    '5 bananas',
    '1e3s',
    'm',
    'x'.repeat(1_000),
  ];

  it('is rejected when it is neither a number nor text', () =>
    eachRow([undefined, null, {}, ['5m'], true], (given: unknown) => {
      const read = () => toMilliseconds('idleTimeout', given as string);

      expect(read).toThrow(SessionOptionsError);
      expect(read).toThrow(/^idleTimeout: '.*' is not a time span\./);
    }));

  it('is rejected, if invalid, with the name of the option and an example', () =>
    eachRow(
      refused,
      (given) => {
        const read = () => toMilliseconds('idleTimeout', given);

        expect(read).toThrow(SessionOptionsError);
        expect(read).toThrow(/^idleTimeout: '.*' is not a time span\. Give .*'30m'/s);
      },
      (given) => JSON.stringify(String(given)),
    ));
});
