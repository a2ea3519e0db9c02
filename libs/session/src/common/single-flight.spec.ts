import { SingleFlight } from './single-flight.js';

/** Run of the task, which the test ends. */
interface Run {
  succeed(value: string): void;
  fail(error: Error): void;
}

describe('SingleFlight', () => {
  let runs: Run[];
  let flight: SingleFlight<string>;

  beforeEach(() => {
    runs = [];
    flight = new SingleFlight(
      () =>
        new Promise((succeed, fail) => {
          runs.push({ succeed, fail });
        }),
    );
  });

  it('shares a run between concurrent callers', async () => {
    const results = [flight.run(), flight.run(), flight.run()];
    expect(runs).toHaveLength(1);
    runs[0]?.succeed('first');
    expect(await Promise.all(results)).toEqual(['first', 'first', 'first']);
  });

  it('starts another run after the end of a run', async () => {
    const first = flight.run();
    runs[0]?.succeed('first');
    await first;
    const second = flight.run();
    expect(runs).toHaveLength(2);
    runs[1]?.succeed('second');
    expect(await second).toBe('second');
  });

  it('gives a failure to all callers of the run, and to no later caller', async () => {
    const results = [flight.run(), flight.run()];
    runs[0]?.fail(new Error('lost'));
    expect(await Promise.allSettled(results)).toMatchObject([
      { reason: { message: 'lost' } },
      { reason: { message: 'lost' } },
    ]);
    const retry = flight.run();
    runs[1]?.succeed('found');
    expect(await retry).toBe('found');
  });
});
