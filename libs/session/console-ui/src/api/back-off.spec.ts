import { backOff } from './back-off';

describe('backOff', () => {
  it('doubles after each failure up to its limit', () => {
    expect([1, 2, 3, 4, 5, 9].map((failures) => backOff(failures, null, 1))).toEqual([
      1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
  });

  it('spreads the attempts of many pages, and never undercuts the server', () => {
    expect(backOff(1, null, 0)).toBe(750);
    expect(backOff(1, 20, 0)).toBe(20_000);
  });
});
