import { eachRow } from '../../../../tools/testing/each-row.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { isFreshEnough } from './fresh-enough.js';

const MINUTE = 60_000;

const signedIn = (ago: number) => sampleSession({ authenticatedAt: Date.now() - ago });

describe('a session', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is fresh enough depending on how long ago its user signed in', async () => {
    const rows: [when: string, ago: number, expected: boolean][] = [
      ['a moment ago', 0, true],
      ['four minutes ago', 4 * MINUTE, true],
      ['five minutes ago', 5 * MINUTE, true],
      ['a millisecond more than that ago', 5 * MINUTE + 1, false],
      ['six minutes ago', 6 * MINUTE, false],
      ['by a clock that is a little ahead', -2_000, true],
      ['by a clock that is five seconds ahead', -5_000, true],
      ['by a clock that is a millisecond more than that ahead', -5_001, false],
      ['by a clock that is far ahead', -MINUTE, false],
    ];
    await eachRow(
      rows,
      ([, ago, expected]) => {
        expect(isFreshEnough(signedIn(ago), 5 * MINUTE)).toBe(expected);
      },
      ([when]) => when,
    );
  });

  it('is fresh enough at any age when there is no maximum', () => {
    expect(isFreshEnough(signedIn(60 * MINUTE), null)).toBe(true);
  });

  it.each([null, 5 * MINUTE])(
    'is not fresh enough when superseded, with a maximum of %j',
    (maxAge) => {
      const session = signedIn(0).with({ supersededBy: sampleSession().id });
      expect(isFreshEnough(session, maxAge)).toBe(false);
    },
  );
});
