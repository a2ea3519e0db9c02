import { RedisClock } from './redis-clock.js';

/** Epoch time of Redis at the beginning, in milliseconds. */
const START = 1_800_000_000_000;

describe('RedisClock', () => {
  /** Monotonic time of this process, in milliseconds. */
  let now: number;
  /** Time that requests and replies take in turn, in milliseconds. */
  let ways: number[];

  beforeEach(() => {
    now = 500;
    ways = [];
  });

  const clock = () =>
    new RedisClock(
      () => {
        now += ways.shift() ?? 0;
        const time = START + now;
        now += ways.shift() ?? 0;
        return Promise.resolve(time);
      },
      () => now,
    );

  it('is unknown until it is measured', async () => {
    const redis = clock();
    expect(redis.now()).toBeNull();
    await redis.measure();
    expect(redis.now()).toBe(START + now);
  });

  it('uses the reading with the shortest round trip', async () => {
    ways = [100, 2, 1, 1, 0, 50];
    const redis = clock();
    await redis.measure();
    expect(redis.now()).toBe(START + now);
    now += 20;
    expect(redis.now()).toBe(START + now);
  });

  it('is wrong by half a round trip at most', async () => {
    ways = [10, 0, 10, 0, 10, 0];
    const redis = clock();
    await redis.measure();
    expect(redis.now()).toBe(START + now + 5);
  });

  it('passes on that Redis does not answer', async () => {
    const redis = new RedisClock(() => Promise.reject(new Error('Command timed out')));
    await expect(redis.measure()).rejects.toThrow('Command timed out');
    expect(redis.now()).toBeNull();
  });
});
