import { linePath, scaleFor } from './chart-scale';
import { hourly, inGroups } from './activity-sums';

describe('scaleFor', () => {
  it('holds the largest value with few round steps', () => {
    expect(scaleFor(0)).toEqual({ top: 1, ticks: [0, 1] });
    expect(scaleFor(3)).toEqual({ top: 3, ticks: [0, 1, 2, 3] });
    expect(scaleFor(7)).toEqual({ top: 8, ticks: [0, 2, 4, 6, 8] });
    expect(scaleFor(1316)).toEqual({ top: 1500, ticks: [0, 500, 1000, 1500] });
    expect(scaleFor(Number.NEGATIVE_INFINITY).top).toBe(1);
  });

  it('never cuts a value off, and never has more steps than asked for', () => {
    for (let value = 1; value < 5000; value += 7) {
      const { top, ticks } = scaleFor(value);
      expect(top).toBeGreaterThanOrEqual(value);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });
});

describe('linePath', () => {
  it('spreads the values over the width, with 0 at the bottom', () => {
    expect(linePath([0, 5, 10], 10, 100, 50)).toBe('M0 50L50 25L100 0');
  });

  it('begins again after a gap', () => {
    expect(linePath([1, null, 2, 3], 4, 90, 40)).toBe('M0 30M60 20L90 10');
  });
});

describe('hourly', () => {
  it('adds the counts of an hour, and keeps the last number of active sessions', () => {
    const hour = 3_600_000;
    const point = (at: number, signIns: number, active: number | null) => ({
      ...{ at, signIns, failures: 1, ended: 2, active },
    });
    expect(
      hourly([point(hour, 1, 5), point(hour + 60_000, 2, null), point(2 * hour, 4, 7)]),
    ).toEqual([
      { at: hour, signIns: 3, failures: 2, ended: 4, active: 5 },
      { at: 2 * hour, signIns: 4, failures: 1, ended: 2, active: 7 },
    ]);
  });
});

describe('inGroups', () => {
  it('adds groups of steps that end with the last step', () => {
    const point = (at: number, active: number | null) => ({
      ...{ at, signIns: 1, failures: 2, ended: 3, active },
    });
    const points = [point(0, 1), point(1, 2), point(2, 3), point(3, null), point(4, null)];
    expect(inGroups(points, 2)).toEqual([
      { at: 0, signIns: 1, failures: 2, ended: 3, active: 1 },
      { at: 1, signIns: 2, failures: 4, ended: 6, active: 3 },
      { at: 3, signIns: 2, failures: 4, ended: 6, active: null },
    ]);
    expect(inGroups([], 2)).toEqual([]);
  });
});
