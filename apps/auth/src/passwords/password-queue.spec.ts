import { Logger } from '@nestjs/common';
import { compare } from 'bcrypt';
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { eachRow } from '../../../../tools/testing/each-row';
import { gate, type Gate } from '../database/testing/gate';
import { defaultConcurrency, PasswordQueue } from './password-queue';
import { PasswordQueueFullError } from './password-queue-full.error';
import { threadPoolSize } from './thread-pool';

/** Work that lasts until the test opens its gate. */
interface Job {
  readonly done: Promise<unknown>;
  readonly gate: Gate;
}

describe('PasswordQueue', () => {
  /** Numbers of the started jobs, in order. */
  let begun: number[];
  let warn: jest.SpiedFunction<Logger['warn']>;

  beforeEach(() => {
    begun = [];
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });

  afterEach(() => {
    warn.mockRestore();
  });

  function push(queue: PasswordQueue, count: number): Job[] {
    return Array.from({ length: count }, (_, number) => {
      const held = gate();
      const work = async () => {
        begun.push(number);
        await held.opened;
        return number;
      };
      return { done: queue.run(work), gate: held };
    });
  }

  async function finish(jobs: readonly Job[]): Promise<unknown[]> {
    jobs.forEach(({ gate: held }) => {
      held.open();
    });
    return Promise.all(jobs.map(({ done }) => done));
  }

  it('runs up to its concurrency at once, and the rest in order of arrival', async () => {
    const jobs = push(new PasswordQueue(2, 100), 5);
    expect(begun).toEqual([0, 1]);

    expect(await finish(jobs.slice(1, 2))).toEqual([1]);
    expect(begun).toEqual([0, 1, 2]);

    expect(await finish(jobs.slice(0, 1))).toEqual([0]);
    expect(begun).toEqual([0, 1, 2, 3]);

    expect(await finish(jobs)).toEqual([0, 1, 2, 3, 4]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('rejects work immediately when the queue is full, without affecting the rest', async () => {
    const queue = new PasswordQueue(1, 2);
    const jobs = push(queue, 3);
    const work = jest.fn(() => Promise.resolve());

    await expect(queue.run(work)).rejects.toBeInstanceOf(PasswordQueueFullError);

    expect(work).not.toHaveBeenCalled();
    expect(begun).toEqual([0]);
    expect(await finish(jobs)).toEqual([0, 1, 2]);
    await expect(queue.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it('queues no work when its capacity is 0', async () => {
    const queue = new PasswordQueue(2, 0);
    const jobs = push(queue, 2);
    await expect(queue.run(() => Promise.resolve())).rejects.toThrow(PasswordQueueFullError);
    expect(await finish(jobs)).toEqual([0, 1]);
    await expect(queue.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no salt'))],
    [
      'throws',
      () => {
        throw new Error('no salt');
      },
    ],
  ])('passes the slot of work that %s to the next item', async (_case, work) => {
    const queue = new PasswordQueue(1, 3);
    const failures = [queue.run(work), queue.run(work), queue.run(work)];
    const last = queue.run(() => Promise.resolve('done'));
    const outcomes = await Promise.allSettled(failures);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(last).resolves.toBe('done');
  });

  it('serves a new network soon, however much work another network has queued', async () => {
    const queue = new PasswordQueue(1, 100);
    const order: string[] = [];
    const attempt = (name: string) =>
      queue.run(
        () => {
          order.push(name);
          return Promise.resolve();
        },
        { name, isKnown: false },
      );
    const flood = Array.from({ length: 50 }, () => attempt('flood'));
    const other = attempt('other');
    await Promise.all([...flood, other]);
    expect(order.indexOf('other')).toBeLessThanOrEqual(2);
  });

  it('drops the last item of the longest lane for the first item of another', async () => {
    const queue = new PasswordQueue(1, 3);
    const done = () => Promise.resolve('done');
    const flood = Array.from({ length: 4 }, () => queue.run(done, { name: 'a', isKnown: false }));
    const other = queue.run(done, { name: 'b', isKnown: false });
    const outcomes = await Promise.allSettled(flood);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array<string>(3).fill('fulfilled'),
      'rejected',
    ]);
    await expect(other).resolves.toBe('done');
  });

  it('warns once per flood', async () => {
    const queue = new PasswordQueue(1, 1);
    const refused = () => expect(queue.run(() => Promise.resolve())).rejects.toThrow();

    const jobs = push(queue, 2);
    await refused();
    await refused();
    expect(warn).toHaveBeenCalledTimes(1);

    await finish(jobs);
    push(queue, 2);
    await refused();
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('leaves a core and two threads free by default, but runs at least one job', async () => {
    const machines = [
      { cores: 1, threads: 4, expected: 1 },
      { cores: 2, threads: 4, expected: 1 },
      { cores: 3, threads: 4, expected: 2 },
      { cores: 64, threads: 4, expected: 2 },
      { cores: 8, threads: 16, expected: 7 },
      { cores: 8, threads: 2, expected: 1 },
    ];
    await eachRow(machines, ({ cores, threads, expected }) => {
      expect(defaultConcurrency(cores, threads)).toBe(expected);
    });
  });

  it('leaves a libuv thread for files, name look-ups and random bytes', async () => {
    const threads = threadPoolSize();
    // Highest concurrency that is allowed: all threads of the pool but one.
    const queue = new PasswordQueue(threads - 1);
    const hash = `$2b$08$${'.'.repeat(53)}`;
    let compared = 0;
    const comparisons = Array.from({ length: 4 * threads }, async () => {
      await queue.run(() => compare('correct horse battery', hash));
      compared += 1;
    });

    const asks: Record<string, () => Promise<unknown>> = {
      'a file': () => stat(__filename),
      'a name': () => lookup('localhost'),
      'random bytes': () => promisify(randomBytes)(16),
    };
    const comparedBefore = Object.entries(asks).map(async ([what, ask]) => {
      await ask();
      return [what, compared] as const;
    });

    // If bcrypt took every thread, each call would start only when the last comparisons start.
    for (const [what, count] of await Promise.all(comparedBefore)) {
      expect({ what, isInTime: count < comparisons.length - threads }).toEqual({
        what,
        isInTime: true,
      });
    }
    await Promise.all(comparisons);
  });
});
