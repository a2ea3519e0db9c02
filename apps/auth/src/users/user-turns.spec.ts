import { DatabaseUnavailableError } from '../database/database-unavailable.error';
import { gate } from '../database/testing/gate';
import { UserTurns } from './user-turns';

describe('UserTurns', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const settled = () => jest.advanceTimersByTimeAsync(0);

  it('runs two at a time, in the order of the calls', async () => {
    const turns = new UserTurns(1_000);
    const begun: number[] = [];
    const gates = Array.from({ length: 5 }, gate);
    const done = gates.map(({ opened }, i) =>
      turns.take('u-1', async () => {
        begun.push(i);
        await opened;
        return i;
      }),
    );
    await settled();
    expect(begun).toEqual([0, 1]);
    gates[1]?.open();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    for (const one of gates) one.open();
    expect(await Promise.all(done)).toEqual([0, 1, 2, 3, 4]);
  });

  it('does not delay work of other users', async () => {
    const turns = new UserTurns(1_000);
    const held = gate();
    const holding = [1, 2, 3].map(() => turns.take('u-1', () => held.opened));
    expect(await turns.take('u-2', () => Promise.resolve('done'))).toBe('done');
    held.open();
    await Promise.all(holding);
  });

  it('rejects after the timeout and passes the turn on', async () => {
    const turns = new UserTurns(1_000);
    const held = gate();
    const holding = [1, 2].map(() => turns.take('u-1', () => held.opened));
    const late = expect(turns.take('u-1', () => Promise.resolve())).rejects.toBeInstanceOf(
      DatabaseUnavailableError,
    );
    await jest.advanceTimersByTimeAsync(1_000);
    await late;
    const next = turns.take('u-1', () => Promise.resolve('done'));
    held.open();
    await Promise.all(holding);
    expect(await next).toBe('done');
    expect(await turns.take('u-1', () => Promise.resolve('again'))).toBe('again');
  });

  it('continues after a failure', async () => {
    const turns = new UserTurns(1_000);
    const fail = () => turns.take('u-1', () => Promise.reject(new Error('failed')));
    const outcomes = await Promise.allSettled([fail(), fail(), fail()]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(await turns.take('u-1', () => Promise.resolve('done'))).toBe('done');
  });
});
