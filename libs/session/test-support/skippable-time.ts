/**
 * Clock that tests can advance, for stores in memory: `Date.now()` runs on, ahead by the skipped time.
 *
 * @returns a function that advances the clock by some milliseconds
 */
export function skippableTime(): (ms: number) => void {
  const now = Date.now.bind(Date);
  let skipped: number;
  let spy: jest.SpyInstance;

  beforeEach(() => {
    skipped = 0;
    spy = jest.spyOn(Date, 'now').mockImplementation(() => now() + skipped);
  });

  afterEach(() => {
    spy.mockRestore();
  });

  return (ms) => {
    skipped += ms;
  };
}
