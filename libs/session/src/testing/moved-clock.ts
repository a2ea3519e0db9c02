/**
 * The time of this process, which a test can move forward: `Date.now()` and `performance.now()`. Timers
 * run as always.
 */
export class MovedClock {
  #ahead = 0;

  /** A clock for the tests of the enclosing `describe` or file; on time at the start of each. */
  static forEachTest(): MovedClock {
    const clock = new MovedClock();
    const spies: jest.SpyInstance[] = [];
    beforeEach(() => {
      clock.#ahead = 0;
      for (const source of [Date, performance]) {
        const now = source.now.bind(source);
        spies.push(jest.spyOn(source, 'now').mockImplementation(() => now() + clock.#ahead));
      }
    });
    afterEach(() => {
      for (const spy of spies.splice(0)) spy.mockRestore();
    });
    return clock;
  }

  /** @param duration Milliseconds. */
  forward(duration: number): void {
    this.#ahead += duration;
  }
}
