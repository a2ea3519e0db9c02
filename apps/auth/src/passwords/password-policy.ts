/** The shortest password, in code points: what NIST SP 800-63B-4 asks where a password stands alone. */
export const MIN_PASSWORD_LENGTH = 15;

/** The longest password, in code points. A bound is needed, and no passphrase comes near this one. */
export const MAX_PASSWORD_LENGTH = 128;

export const PASSWORD_TOO_SHORT = `a password has at least ${MIN_PASSWORD_LENGTH} characters`;
export const PASSWORD_TOO_LONG = `a password has at most ${MAX_PASSWORD_LENGTH} characters`;
export const PASSWORD_MALFORMED = 'a password is well-formed Unicode text';
export const PASSWORD_GUESSABLE =
  'this password is among the first to be guessed: take four or more words unrelated to you';

/** What is wrong with a password, as a sentence that may be shown to the person who chose it. */
export type PasswordProblem =
  | typeof PASSWORD_TOO_SHORT
  | typeof PASSWORD_TOO_LONG
  | typeof PASSWORD_MALFORMED
  | typeof PASSWORD_GUESSABLE;

/**
 * Longer than this, in UTF-16 units, a text cannot come down to {@link MAX_PASSWORD_LENGTH} by
 * being composed: a character decomposes into four at most, each of two units at most (Unicode
 * FAQ on normalization). So nothing longer needs to be normalised to be refused.
 */
const MAX_RAW_LENGTH = MAX_PASSWORD_LENGTH * 4 * 2;

/**
 * The form in which a password is counted and hashed: NFC, the normalisation that the OpaqueString
 * profile (RFC 8265, section 4.2) prescribes, so that one password typed on two keyboards is one
 * password. Nothing else is changed, trimmed or mapped.
 *
 * @returns the normalised text, or why no account can have this password. A short one passes:
 * accounts that were imported may have one.
 */
export function normalizePassword(
  password: string,
): { text: string } | { problem: typeof PASSWORD_TOO_LONG | typeof PASSWORD_MALFORMED } {
  if (password.length > MAX_RAW_LENGTH) return { problem: PASSWORD_TOO_LONG };
  // A lone surrogate has no UTF-8 form: all of them would be hashed as the same U+FFFD.
  if (!password.isWellFormed()) return { problem: PASSWORD_MALFORMED };
  const text = password.normalize('NFC');
  if (lengthOf(text) > MAX_PASSWORD_LENGTH) return { problem: PASSWORD_TOO_LONG };
  return { text };
}

/** Why this may not become somebody's password, or `null` when it may. */
export function passwordProblem(password: string): PasswordProblem | null {
  const normalized = normalizePassword(password);
  if ('problem' in normalized) return normalized.problem;
  return lengthOf(normalized.text) < MIN_PASSWORD_LENGTH ? PASSWORD_TOO_SHORT : null;
}

/** In code points: an emoji counts as one, not as the two UTF-16 units that JavaScript sees. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
