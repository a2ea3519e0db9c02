import { Logger } from '@nestjs/common';
import { FailureLog } from './failure-log.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';

describe('the log of failures', () => {
  let lines: string[];
  let log: FailureLog;

  beforeEach(() => {
    lines = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => lines.push(String(text)));
    log = new FailureLog('SessionModule');
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  function failure(reason: string): Error {
    return new SessionStoreUnavailableError({ cause: new Error(reason) });
  }

  it('states what failed and why', () => {
    log.report(failure('connection lost'));

    expect(lines).toEqual([
      'The session store cannot answer. Try again in a moment. (connection lost)',
    ]);
  });

  it('writes one line for many failures at once', () => {
    for (let count = 0; count < 1_000; count += 1) log.report(failure('connection lost'));

    expect(lines).toHaveLength(1);
  });

  it('reports a failure even if a different one was just logged', () => {
    log.report(failure('connection lost'));
    log.report(failure("no permissions to run the 'pttl' command"));

    expect(lines.join('\n')).toContain('no permissions');
  });
});
