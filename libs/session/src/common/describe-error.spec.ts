import { describeError } from './describe-error.js';

describe('describeError', () => {
  it('returns the message, followed by the causes in brackets', () => {
    const refused = new Error('connection refused');
    const lost = new Error('no reply', { cause: refused });
    expect(describeError(refused)).toBe('connection refused');
    expect(describeError(new Error('store unavailable', { cause: lost }))).toBe(
      'store unavailable (no reply (connection refused))',
    );
  });

  it('returns any other thrown value as text', () => {
    expect(describeError('NOREPLICAS')).toBe('NOREPLICAS');
    expect(describeError(undefined)).toBe('undefined');
    expect(describeError(new Error('failed', { cause: 42 }))).toBe('failed (42)');
  });
});
