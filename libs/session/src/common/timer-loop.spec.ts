import { TimerLoop } from './timer-loop.js';

describe('TimerLoop', () => {
  let pause: number;
  let runs: number;
  let failures: unknown[];
  let loop: TimerLoop;

  beforeEach(() => {
    jest.useFakeTimers();
    [pause, runs, failures] = [1_000, 0, []];
    loop = new TimerLoop({
      pause: () => pause,
      onFailure: (error) => failures.push(error),
    });
  });

  afterEach(async () => {
    // A run may be in progress.
    await Promise.all([loop.stop(), jest.advanceTimersByTimeAsync(60_000)]);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const run = () => {
    runs += 1;
    return Promise.resolve();
  };

  /** Task that takes the given time, in milliseconds. */
  const lasting = (time: number) => async () => {
    await run();
    await new Promise((resolve) => setTimeout(resolve, time));
  };

  it('starts with a pause', async () => {
    loop.start(run);
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(runs).toBe(4);
  });

  it('starts with a run', async () => {
    loop.startNow(run);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
  });

  it('begins a pause at the end of a run, so that runs never overlap', async () => {
    loop.startNow(lasting(5_000));
    await jest.advanceTimersByTimeAsync(5_999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
  });

  it('takes the length of each pause from the option', async () => {
    loop.startNow(run);
    await jest.advanceTimersByTimeAsync(999);
    pause = 10;
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(10);
    expect(runs).toBe(3);
  });

  it('reports a failed run, and continues', async () => {
    const error = new Error('lost');
    loop.startNow(async () => {
      await run();
      throw error;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    expect(failures).toEqual([error, error]);
  });

  it('stops in a pause', async () => {
    loop.startNow(run);
    await jest.advanceTimersByTimeAsync(1);
    await loop.stop();
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
  });

  it('waits for the run in progress when it stops, and starts no other run', async () => {
    let hasStopped = false;
    loop.startNow(lasting(500));
    const stopped = loop.stop().then(() => (hasStopped = true));
    await jest.advanceTimersByTimeAsync(499);
    expect(hasStopped).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await stopped;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
  });

  it('does not start after it has stopped', async () => {
    await loop.stop();
    loop.start(run);
    loop.startNow(run);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(0);
  });

  it('does not keep the process alive', () => {
    const setTimeout = jest.spyOn(globalThis, 'setTimeout');
    loop.start(run);
    const timers = setTimeout.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(timers.map((timer) => timer.hasRef())).toEqual([false]);
  });
});
