import { endOf, startOf, widthFor, windowAt } from './live-window.js';

const HOUR = 3_600_000;

describe('the windows of the index of live sessions', () => {
  it('number 512 to 1,023 in a lifetime', () => {
    for (const lifetime of [512, HOUR, 12 * HOUR, 24 * HOUR, 30 * 24 * HOUR, 365 * 24 * HOUR]) {
      const windows = lifetime / 2 ** widthFor(lifetime);
      expect(windows).toBeGreaterThanOrEqual(512);
      expect(windows).toBeLessThan(1_024);
    }
    expect(2 ** widthFor(12 * HOUR)).toBe(65_536);
  });

  it('are a millisecond long for the shortest lifetimes', () => {
    for (const lifetime of [1, 10, 1_000]) expect(widthFor(lifetime)).toBe(0);
  });

  it('contain the time that they are found by, and follow one another', () => {
    const time = 1_796_079_502_313;
    for (const width of [0, 10, 15, 25]) {
      const window = windowAt(width, time);
      expect(startOf(window)).toBeLessThanOrEqual(time);
      expect(endOf(window)).toBeGreaterThan(time);
      expect(startOf({ ...window, number: window.number + 1 })).toBe(endOf(window));
    }
  });
});
