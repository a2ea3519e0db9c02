/**
 * A clock that tests can put forward, for stores in memory: `Date.now()` goes on as it does, so much later.
 *
 * @returns puts the clock forward by some milliseconds
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
