import { eachRow } from '../../../../tools/testing/each-row';
import { waitAfter } from './failure-counter';

describe('the wait after failures', () => {
  it('doubles after each failure beyond the free ones, up to the longest wait', async () => {
    const options = { free: 3, firstWait: 60_000, longestWait: 300_000 };
    const rows = [
      [0, 0],
      [3, 0],
      [4, 60_000],
      [5, 120_000],
      [6, 240_000],
      [7, 300_000],
      [5_000, 300_000],
    ] as const;
    await eachRow(rows, ([failures, wait]) => {
      expect(waitAfter(failures, options)).toBe(wait);
    });
  });
});
