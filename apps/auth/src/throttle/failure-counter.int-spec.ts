import { SessionStoreUnavailableError } from 'nest-sessions';
import { emptyRedis, ownRedis } from './testing/empty-redis';
import { FailureCounter } from './failure-counter';
import { FORGET_AFTER } from './throttle.options';

const OPTIONS = { free: 3, firstWait: 60_000, longestWait: 300_000 };

describe('a failure counter', () => {
  const redis = emptyRedis();
  let counter: FailureCounter;

  beforeEach(() => {
    counter = new FailureCounter(redis.client, 'pair', OPTIONS);
  });

  const fail = async (times: number) => {
    for (let i = 0; i < times; i += 1) await counter.add('a');
  };

  it('requires no wait while failures are free', async () => {
    expect(await counter.waitOf('a')).toBeLessThanOrEqual(0);
    await fail(3);
    expect(await counter.waitOf('a')).toBeLessThanOrEqual(0);
  });

  it('doubles the wait after each further failure, up to the longest wait', async () => {
    await fail(3);
    for (const wait of [60_000, 120_000, 240_000, 300_000, 300_000]) {
      await fail(1);
      // The wait, less the time since the failure.
      const left = await counter.waitOf('a');
      expect(left).toBeLessThanOrEqual(wait);
      expect(left).toBeGreaterThan(wait / 2);
    }
  });

  it('does not extend a wait when it is read', async () => {
    await fail(4);
    const before = await counter.waitOf('a');
    for (let i = 0; i < 20; i += 1) await counter.waitOf('a');
    expect(await counter.waitOf('a')).toBeLessThanOrEqual(before);
  });

  it('allows the next attempt after the wait, without forgetting failures', async () => {
    await fail(4);
    await redis.client.pexpire('throttle:pair:a', FORGET_AFTER - 60_000);
    expect(await counter.waitOf('a')).toBeLessThanOrEqual(0);
    await fail(1);
    expect(await counter.waitOf('a')).toBeGreaterThan(60_000);
  });

  it('counts and forgets each key separately', async () => {
    await fail(4);
    await counter.add('b');
    expect(await counter.waitOf('b')).toBeLessThanOrEqual(0);
    await counter.forget('a');
    expect(await redis.client.keys('*')).toEqual(['throttle:pair:b']);
  });

  it('forgets all failures a day after the last one', async () => {
    await fail(1);
    await redis.client.expire('throttle:pair:a', 10);
    await fail(1);
    expect(await redis.client.pttl('throttle:pair:a')).toBeGreaterThan(FORGET_AFTER - 60_000);
    expect(await redis.client.pttl('throttle:pair:a')).toBeLessThanOrEqual(FORGET_AFTER);
  });

  it('counts simultaneous failures one by one', async () => {
    await Promise.all(Array.from({ length: 20 }, () => counter.add('a')));
    expect(await redis.client.get('throttle:pair:a')).toBe('20');
  });

  it('reports the store as unavailable when a count is invalid', async () => {
    await redis.client.hset('throttle:pair:a', 'not', 'a count');
    await expect(counter.waitOf('a')).rejects.toThrow(SessionStoreUnavailableError);
    await expect(counter.add('a')).rejects.toThrow(SessionStoreUnavailableError);
  });

  it('reports the store as unavailable when Redis is unreachable', async () => {
    const away = redis.client.duplicate();
    away.disconnect();
    const lost = new FailureCounter(away, 'pair', OPTIONS);
    await expect(lost.waitOf('a')).rejects.toThrow(SessionStoreUnavailableError);
    await expect(lost.add('a')).rejects.toThrow(SessionStoreUnavailableError);
    await expect(lost.forget('a')).rejects.toThrow(SessionStoreUnavailableError);
  });
});

describe('a failure counter on a full Redis', () => {
  const redis = ownRedis();

  it('reports the store as unavailable', async () => {
    const counter = new FailureCounter(redis.client, 'pair', OPTIONS);
    for (let i = 0; i < 4; i += 1) await counter.add('a');
    await redis.client.config('SET', 'maxmemory', '1');
    await expect(counter.add('a')).rejects.toThrow(SessionStoreUnavailableError);
    // A full Redis queues no command in a transaction, not even a read.
    await expect(counter.waitOf('a')).rejects.toThrow(SessionStoreUnavailableError);
  });
});
