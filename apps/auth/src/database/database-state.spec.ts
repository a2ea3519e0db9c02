import { DatabaseState } from './database-state';
import { DatabaseUnavailableError } from './database-unavailable.error';

describe('the state of the user database', () => {
  const reported: string[] = [];
  let state: DatabaseState;

  beforeEach(() => {
    jest.useFakeTimers();
    reported.length = 0;
    state = new DatabaseState((problem) => reported.push(problem));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const fail = (message: string, code?: string) => {
    state.report(new DatabaseUnavailableError(Object.assign(new Error(message), { code })));
  };

  it('reports a failure for 30 seconds', () => {
    expect(state.failure).toBeNull();
    fail('no room', '53100');
    expect(state.failure).toBe('53100');
    jest.advanceTimersByTime(30_000);
    expect(state.failure).toBeNull();
  });

  it('reports each reason once per minute', () => {
    for (let i = 0; i < 5; i += 1) fail('no room', '53100');
    jest.advanceTimersByTime(59_000);
    fail('no room', '53100');
    expect(reported).toEqual(['the user database cannot answer: no room (53100)']);
    fail('timeout expired');
    jest.advanceTimersByTime(1_000);
    fail('no room', '53100');
    expect(reported.slice(1)).toEqual([
      'the user database cannot answer: timeout expired (NO_ANSWER)',
      'the user database cannot answer: no room (53100)',
    ]);
  });

  it('truncates a long reason', () => {
    fail('x'.repeat(10_000));
    expect(reported[0]?.length).toBeLessThan(300);
  });
});
