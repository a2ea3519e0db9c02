import type { SessionOperation } from './session-instrument.js';
import { SessionInstruments } from './session-instruments.js';

describe('SessionInstruments', () => {
  const noting = (notes: string[], label: string) => ({
    run<Result>({ name }: SessionOperation, body: () => Result): Result {
      notes.push(`${label} begins ${name}`);
      try {
        return body();
      } finally {
        notes.push(`${label} ends`);
      }
    },
  });

  it('is idle until an instrument is added', () => {
    const instruments = new SessionInstruments();
    expect(instruments.isIdle).toBe(true);
    instruments.add(noting([], 'a'));
    expect(instruments.isIdle).toBe(false);
  });

  it('runs an operation inside all instruments, in the order of their addition', () => {
    const notes: string[] = [];
    const instruments = new SessionInstruments();
    for (const label of ['a', 'b']) instruments.add(noting(notes, label));

    expect(instruments.run({ name: 'find' }, () => notes.push('body'))).toBe(3);

    expect(notes).toEqual(['a begins find', 'b begins find', 'body', 'b ends', 'a ends']);
  });

  it('joins the headers of all instruments', () => {
    const instruments = new SessionInstruments();
    expect(instruments.headers()).toEqual({});
    instruments.add(noting([], 'a'));
    instruments.add({ ...noting([], 'b'), headers: () => ({ traceparent: 'b' }) });
    instruments.add({ ...noting([], 'c'), headers: () => ({ 'x-batch': 'c' }) });
    expect(instruments.headers()).toEqual({ traceparent: 'b', 'x-batch': 'c' });
  });

  it('throws the error of the operation', () => {
    const instruments = new SessionInstruments();
    instruments.add(noting([], 'a'));
    const failing = () => {
      throw new RangeError('of the operation');
    };
    expect(() => instruments.run({ name: 'authorize' }, failing)).toThrow('of the operation');
  });
});
