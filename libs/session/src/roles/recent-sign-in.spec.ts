import { eachRow } from '../../../../tools/testing/each-row.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { isRecentSignIn } from './recent-sign-in.js';

const MINUTE = 60_000;

const signedIn = (ago: number) => sampleSession({ authenticatedAt: Date.now() - ago });

describe('a sign-in', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is recent depending on how long ago it was', async () => {
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
        expect(isRecentSignIn(signedIn(ago), 5 * MINUTE)).toBe(expected);
      },
      ([when]) => when,
    );
  });
});
