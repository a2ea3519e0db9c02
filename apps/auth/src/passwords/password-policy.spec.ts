import {
  normalizePassword,
  PASSWORD_MALFORMED,
  PASSWORD_TOO_LONG,
  PASSWORD_TOO_SHORT,
  passwordProblem,
} from './password-policy';

describe('the password policy', () => {
  it('accepts 15 to 128 characters', () => {
    expect(passwordProblem('a'.repeat(14))).toBe(PASSWORD_TOO_SHORT);
    expect(passwordProblem('a'.repeat(15))).toBeNull();
    expect(passwordProblem('a'.repeat(128))).toBeNull();
    expect(passwordProblem('a'.repeat(129))).toBe(PASSWORD_TOO_LONG);
  });

  it('counts code points, so an emoji is one character', () => {
    expect(passwordProblem('🦊'.repeat(14))).toBe(PASSWORD_TOO_SHORT);
    expect(passwordProblem('🦊'.repeat(15))).toBeNull();
    expect(passwordProblem('🦊'.repeat(128))).toBeNull();
  });

  it('counts composed characters, however they were typed', () => {
    expect(passwordProblem('e\u0301'.repeat(14))).toBe(PASSWORD_TOO_SHORT);
    expect(passwordProblem('e\u0301'.repeat(128))).toBeNull();
    expect(passwordProblem('e\u0301'.repeat(129))).toBe(PASSWORD_TOO_LONG);
  });

  it('accepts 128 characters in their longest decomposition', () => {
    const fourfold = '\u1f82'.normalize('NFD');
    expect(fourfold).toHaveLength(4);
    expect(passwordProblem(fourfold.repeat(128))).toBeNull();
  });

  it('rejects a password of 10 million characters', () => {
    expect(passwordProblem('a'.repeat(10_000_000))).toBe(PASSWORD_TOO_LONG);
  });

  it.each(['a lone \ud800 high surrogate', 'a lone \udc00 low surrogate'])(
    'rejects %j, which has no UTF-8 form',
    (password) => {
      expect(passwordProblem(password)).toBe(PASSWORD_MALFORMED);
    },
  );

  it.each(['   spaces around   ', 'control \u0000\u0007\n characters', 'пароль на кириллице'])(
    'accepts %j unchanged',
    (password) => {
      expect(passwordProblem(password)).toBeNull();
      expect(normalizePassword(password)).toEqual({ text: password });
    },
  );
});
