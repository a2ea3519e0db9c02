import {
  normalizePassword,
  PASSWORD_MALFORMED,
  PASSWORD_TOO_LONG,
  PASSWORD_TOO_SHORT,
  passwordProblem,
} from './password-policy';

describe('the password policy', () => {
  it('takes from 15 to 128 characters', () => {
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

  it('counts what is composed, however it was typed', () => {
    expect(passwordProblem('e\u0301'.repeat(14))).toBe(PASSWORD_TOO_SHORT);
    expect(passwordProblem('e\u0301'.repeat(128))).toBeNull();
    expect(passwordProblem('e\u0301'.repeat(129))).toBe(PASSWORD_TOO_LONG);
  });

  it('takes the longest decomposition of 128 characters', () => {
    const fourfold = '\u1f82'.normalize('NFD');
    expect(fourfold).toHaveLength(4);
    expect(passwordProblem(fourfold.repeat(128))).toBeNull();
  });

  it('refuses what is too long by far', () => {
    expect(passwordProblem('a'.repeat(10_000_000))).toBe(PASSWORD_TOO_LONG);
  });

  it.each(['a lone \ud800 high surrogate', 'a lone \udc00 low surrogate'])(
    'refuses %j, which has no UTF-8 form',
    (password) => {
      expect(passwordProblem(password)).toBe(PASSWORD_MALFORMED);
    },
  );

  it.each(['   spaces around   ', 'control \u0000\u0007\n characters', 'пароль на кириллице'])(
    'takes %j as it is',
    (password) => {
      expect(passwordProblem(password)).toBeNull();
      expect(normalizePassword(password)).toEqual({ text: password });
    },
  );
});
