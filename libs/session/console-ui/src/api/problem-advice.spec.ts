import { eachRow } from '../../../../../tools/testing/each-row';
import { ProblemError } from './problem.error';
import { problemAdvice } from './problem-advice';

describe('problemAdvice', () => {
  it('says what to do about each kind of failure', () =>
    eachRow(
      [
        [new ProblemError(0, {}), /Check the connection/],
        [new ProblemError(429, {}, 90), /Wait 2 minutes/],
        [new ProblemError(429, {}), /Wait a while/],
        [new ProblemError(503, {}), /store cannot answer/],
        [new ProblemError(403, { code: 'ERR_SESSION_ROLE_REQUIRED' }), /Ask an administrator/],
        [new ProblemError(404, {}), /Load the list again/],
        [new ProblemError(500, {}), /its log names the cause/],
        [new ProblemError(409, { detail: 'The username is taken.' }), /^The username is taken\.$/],
        [new TypeError('x is undefined'), /Load it again/],
      ] as const,
      ([error, advice]) => {
        expect(problemAdvice(error)).toMatch(advice);
      },
    ));
});
