import { createToken, sessionIdOf } from '../token/session-token.js';
import { BoundedLabel } from './bounded-label.js';

describe('BoundedLabel', () => {
  it('keeps words, and names a missing value', () => {
    const label = new BoundedLabel();
    for (const word of ['signed-out', 'ERR_SESSION_ROLE_REQUIRED', 'session.revoked', 'wrong']) {
      expect(label.of(word)).toBe(word);
    }
    expect(label.of(null)).toBe('none');
    expect(label.of(undefined)).toBe('none');
  });

  it('replaces ids, tokens, addresses, paths and texts', () => {
    const label = new BoundedLabel();
    for (const value of [
      sessionIdOf(createToken()),
      '203.0.113.9',
      '::1',
      '/orders/17',
      'by ada',
      'ada@example.org',
      'cee71a69-1abd-40df-a13b-6c422540fefa',
      'user-20261130',
      '',
      'x'.repeat(41),
    ]) {
      expect(label.of(value)).toBe('other');
    }
  });

  it('has no more values than the limit, and keeps those it has', () => {
    const label = new BoundedLabel(3);
    const words = ['one', 'two', 'three', 'four', 'five'];
    expect(words.map((word) => label.of(word))).toEqual(['one', 'two', 'three', 'other', 'other']);
    expect(label.of('two')).toBe('two');
  });

  it('keeps reserved values however many others came before', () => {
    const label = new BoundedLabel(1, new Set(['signed-out']));
    expect(['one', 'two', 'signed-out'].map((word) => label.of(word))).toEqual([
      'one',
      'other',
      'signed-out',
    ]);
  });
});
