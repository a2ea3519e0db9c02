import { NEVER } from 'rxjs';
import { ProblemException } from '../http/problem.exception';
import { StreamLimit } from './stream-limit';

describe('StreamLimit', () => {
  it('refuses a stream beyond the limit of its session, and no other', () => {
    const limit = new StreamLimit(2);
    limit.take('a');
    limit.counted('a', NEVER).subscribe();

    expect(() => limit.take('a')).toThrow(ProblemException);
    expect(() => {
      limit.requireRoom('a');
    }).toThrow(ProblemException);
    expect(() => limit.take('b')).not.toThrow();
  });

  it('has room again after a stream has closed', () => {
    const limit = new StreamLimit(1);
    const close = limit.take('a');
    close();
    const stream = limit.counted('a', NEVER).subscribe();
    expect(() => limit.take('a')).toThrow(ProblemException);
    stream.unsubscribe();

    expect(() => limit.take('a')).not.toThrow();
  });

  it('fails a stream that is subscribed to after the limit was reached', () => {
    const limit = new StreamLimit(1);
    const late = limit.counted('a', NEVER);
    limit.take('a');
    let failure: unknown;
    late.subscribe({ error: (error: unknown) => (failure = error) });

    expect(failure).toMatchObject({ status: 429, code: 'ERR_TOO_MANY_STREAMS' });
  });
});
