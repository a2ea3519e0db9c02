import { WallClockWatch } from './wall-clock-watch.js';

const realNow = Date.now.bind(Date);

describe('WallClockWatch', () => {
  let offset = 0;

  beforeEach(() => {
    offset = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + offset);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('reports nothing while the clock runs normally', () => {
    const watch = new WallClockWatch();

    expect(watch.hasJumped()).toBe(false);
    expect(watch.hasJumped()).toBe(false);
  });

  it.each([
    ['set forward', 3_600_000],
    ['set back', -3_600_000],
    ['set forward a little', 500],
  ])('reports once that the clock was %s', (_what, jump) => {
    const watch = new WallClockWatch();

    offset = jump;

    expect(watch.hasJumped()).toBe(true);
    expect(watch.hasJumped()).toBe(false);
  });

  it('ignores a clock that is adjusted gradually', () => {
    const watch = new WallClockWatch();

    for (let i = 0; i < 20; i += 1) {
      offset += 5;
      expect(watch.hasJumped()).toBe(false);
    }
  });
});
