import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from './duration.js';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const digits = fc.oneof(
  fc.string({
    unit: fc.constantFrom('0', '1', '5', '9', '.', ',', '-', '+', 'e', 'E'),
    maxLength: 120,
  }),
  // Arabic, full-width and mathematical digits, which are not digits here.
  fc.string({ unit: fc.constantFrom('٣', '３', '𝟛', '3'), minLength: 1, maxLength: 5 }),
  fc.oneof(fc.integer(), fc.double(), fc.bigInt()).map(String),
);
const unit = fc.constantFrom(...Object.keys(UNITS), 'ſ', 'hours', 'ms ', 'M', 'y', 'mo', 's\n', '');
const spelt = fc
  .tuple(digits, fc.constantFrom('', ' ', '\t', '\u00a0', '\n'), unit)
  .map((parts) => parts.join(''));
const duration: fc.Arbitrary<Duration> = fc.oneof(
  { weight: 4, arbitrary: spelt },
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.double(),
  fc.integer(),
  fc.bigInt().map(Number),
);

describe('any value given as a time span', () => {
  it('becomes a positive whole number of milliseconds, or is rejected with advice', () => {
    fc.assert(
      fc.property(duration, (given) => {
        try {
          const milliseconds = toMilliseconds('idleTimeout', given);
          expect(Number.isSafeInteger(milliseconds) && milliseconds > 0).toBe(true);
        } catch (error) {
          if (!(error instanceof SessionOptionsError)) throw error;
          expect(error.message).toMatch(/^idleTimeout: .* is not a time span\. Give /s);
        }
      }),
      fuzzed(1_000),
    );
  });

  it('is rejected as text unless it is a number with a unit', () => {
    fc.assert(
      fc.property(fc.oneof(spelt, fc.string({ unit: 'binary', maxLength: 120 })), (given) => {
        const isSpelt = /^-?\d*\.?\d+ *[a-z]+$/i.test(given);
        if (!isSpelt) expect(() => toMilliseconds('it', given)).toThrow(SessionOptionsError);
      }),
      fuzzed(400),
    );
  });

  it('is converted as its count times its unit', () => {
    const names = fc.constantFrom(...Object.keys(UNITS));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), names, (count, name) => {
        expect(toMilliseconds('it', `${count}${name}`)).toBe(count * (UNITS[name] ?? NaN));
        expect(toMilliseconds('it', count)).toBe(count);
      }),
      fuzzed(300),
    );
  });
});
