/**
 * Clock of this process that a test can advance: `Date.now()` and `performance.now()`. Timers are not
 * affected.
 */
export class MovedClock {
  #ahead = 0;

  /** Returns a clock for the tests of the enclosing `describe` or file, reset before each test. */
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
