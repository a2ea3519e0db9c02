import { Breaker, BreakerOpenError } from './breaker.js';

const answers = () => Promise.resolve('answer');
const fails = () => Promise.reject(new Error('away'));

describe('a circuit breaker', () => {
  let now: number;
  let changes: boolean[];
  let breaker: Breaker;

  beforeEach(() => {
    now = 1_000;
    changes = [];
    breaker = new Breaker(
      { failures: 3, pause: 500 },
      () => now,
      (isOpen) => changes.push(isOpen),
    );
  });

  async function failTimes(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await expect(breaker.run(fails)).rejects.toThrow('away');
  }

  /** Starts a call that stays in progress until `answer` or `fail` ends it. */
  function underWay(): { answer: () => void; fail: () => void; ended: Promise<unknown> } {
    let answer: () => void = () => undefined;
    let fail = answer;
    const result = new Promise<string>((resolve, reject) => {
      answer = () => {
        resolve('answer');
      };
      fail = () => {
        reject(new Error('late'));
      };
    });
    const ended = breaker.run(() => result).catch((error: unknown) => error);
    return { ended, answer, fail };
  }

  it('passes calls through and returns their results', async () => {
    expect(await breaker.run(answers)).toBe('answer');
    await failTimes(2);
    expect(breaker.isOpen).toBe(false);
  });

  it('opens after the configured number of failures in a row, and then makes no call', async () => {
    await failTimes(3);
    const call = jest.fn(answers);

    await expect(breaker.run(call)).rejects.toBeInstanceOf(BreakerOpenError);
    expect(call).not.toHaveBeenCalled();
    expect(breaker.isOpen).toBe(true);
    expect(changes).toEqual([true]);
  });

  it('resets its failure count after an answer', async () => {
    await failTimes(2);
    await breaker.run(answers);
    await failTimes(2);

    expect(breaker.isOpen).toBe(false);
  });

  it('allows exactly one trial call after the pause', async () => {
    await failTimes(3);
    now += 499;
    await expect(breaker.run(answers)).rejects.toBeInstanceOf(BreakerOpenError);
    now += 1;
    const trial = underWay();

    await expect(breaker.run(answers)).rejects.toBeInstanceOf(BreakerOpenError);
    trial.answer();
    await trial.ended;

    expect(await breaker.run(answers)).toBe('answer');
    expect(changes).toEqual([true, false]);
  });

  it('stays open for another pause when the trial fails, and reports this', async () => {
    await failTimes(3);
    now += 500;
    await failTimes(1);
    now += 499;

    await expect(breaker.run(answers)).rejects.toBeInstanceOf(BreakerOpenError);
    expect(changes).toEqual([true, true]);
    now += 1;
    expect(await breaker.run(answers)).toBe('answer');
  });

  it('closes when a call that was made before it opened is answered', async () => {
    const early = underWay();
    await failTimes(3);
    early.answer();
    await early.ended;

    expect(await breaker.run(answers)).toBe('answer');
  });

  it('is not kept open by calls that fail late', async () => {
    const early = underWay();
    await failTimes(3);
    now += 400;
    early.fail();
    await early.ended;
    now += 100;

    expect(await breaker.run(answers)).toBe('answer');
  });
});
