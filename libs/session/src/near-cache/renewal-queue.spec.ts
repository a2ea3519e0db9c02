import { Logger } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { RenewalQueue } from './renewal-queue.js';

/** Later than the end of every test here, in milliseconds. */
const LATER = 3_600_000;

describe('queued renewals', () => {
  let renew: jest.Mock<Promise<void>, [session: Session, usedAt: number]>;
  let warnings: jest.SpyInstance;
  let queue: RenewalQueue;

  beforeEach(() => {
    jest.useFakeTimers();
    warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    renew = jest.fn<Promise<void>, [Session, number]>().mockResolvedValue();
    queue = new RenewalQueue(renew);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('run together one second after the first', async () => {
    const [one, other] = [sampleSession(), sampleSession()];
    queue.add(one, 1, LATER);
    await jest.advanceTimersByTimeAsync(600);
    queue.add(other, 601, LATER);

    await jest.advanceTimersByTimeAsync(399);
    expect(renew).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(renew.mock.calls).toEqual([
      [one, 1],
      [other, 601],
    ]);

    await jest.advanceTimersByTimeAsync(10_000);
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it('are merged for each session, from its last use', async () => {
    const session = sampleSession();
    for (const usedAt of [1, 2, 3]) queue.add(session, usedAt, LATER);

    await jest.advanceTimersByTimeAsync(1_000);

    expect(renew.mock.calls).toEqual([[session, 3]]);
  });

  it('wait another second after a run', async () => {
    const session = sampleSession();
    queue.add(session, 1, LATER);
    await jest.advanceTimersByTimeAsync(1_000);

    queue.add(session, 1_001, LATER);
    await jest.advanceTimersByTimeAsync(999);
    expect(renew).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);

    expect(renew).toHaveBeenCalledTimes(2);
  });

  it('run at once when an idle timeout expires within two seconds', () => {
    const [due, other] = [sampleSession(), sampleSession()];
    queue.add(other, 1, LATER);

    queue.add(due, 1, 2_000);

    expect(renew.mock.calls).toEqual([
      [other, 1],
      [due, 1],
    ]);
  });

  it('run at most a hundred at a time', async () => {
    const finish: (() => void)[] = [];
    renew.mockImplementation(() => new Promise((resolve) => finish.push(resolve)));
    for (let i = 0; i < 250; i += 1) queue.add(sampleSession(), i, LATER);

    const flushed = queue.flush();
    for (const count of [100, 200, 250]) {
      expect(renew).toHaveBeenCalledTimes(count);
      for (const resolve of finish.splice(0)) resolve();
      await jest.advanceTimersByTimeAsync(0);
    }

    await expect(flushed).resolves.toBeUndefined();
  });

  it('are not lost when one of them fails, which is logged', async () => {
    renew.mockRejectedValueOnce(new Error('NOREPLICAS'));
    queue.add(sampleSession(), 1, LATER);
    queue.add(sampleSession(), 2, LATER);

    await queue.flush();

    expect(renew).toHaveBeenCalledTimes(2);
    expect(warnings.mock.calls).toEqual([
      ['The idle timeouts of 1 sessions were not renewed: NOREPLICAS'],
    ]);
  });
});
