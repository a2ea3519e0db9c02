/** Shortest password, in code points: the minimum of NIST SP 800-63B-4 for a password as the only factor. */
export const MIN_PASSWORD_LENGTH = 15;

/** Longest password, in code points. A limit is needed, and no passphrase comes near this limit. */
export const MAX_PASSWORD_LENGTH = 128;

export const PASSWORD_TOO_SHORT = `a password has at least ${MIN_PASSWORD_LENGTH} characters`;
export const PASSWORD_TOO_LONG = `a password has at most ${MAX_PASSWORD_LENGTH} characters`;
export const PASSWORD_MALFORMED = 'a password is well-formed Unicode text';
export const PASSWORD_GUESSABLE =
  'this password is easy to guess: choose four or more words unrelated to you';

/** Reason to reject a password, as a sentence that may be shown to the user who chose it. */
export type PasswordProblem =
  | typeof PASSWORD_TOO_SHORT
  | typeof PASSWORD_TOO_LONG
  | typeof PASSWORD_MALFORMED
  | typeof PASSWORD_GUESSABLE;

/**
 * Longest text to normalize, in UTF-16 units. A character decomposes into at most four, each of at most two
 * units (Unicode FAQ on normalization). Composition therefore cannot shorten a longer text to
 * {@link MAX_PASSWORD_LENGTH}, and such a text is rejected without normalization.
 */
const MAX_RAW_LENGTH = MAX_PASSWORD_LENGTH * 4 * 2;

/**
 * Returns the form in which a password is counted and hashed: NFC, the normalization of the OpaqueString
 * profile (RFC 8265, section 4.2). One password typed on two keyboards is thereby the same password. Nothing
 * else is changed, trimmed or mapped.
 *
 * @returns the normalized text, or the reason why no account can have this password. A short password passes:
 *   imported accounts may have one.
 */
export function normalizePassword(
  password: string,
): { text: string } | { problem: typeof PASSWORD_TOO_LONG | typeof PASSWORD_MALFORMED } {
  if (password.length > MAX_RAW_LENGTH) return { problem: PASSWORD_TOO_LONG };
  // A lone surrogate has no UTF-8 form: all lone surrogates would be hashed as the same U+FFFD.
  if (!password.isWellFormed()) return { problem: PASSWORD_MALFORMED };
  const text = password.normalize('NFC');
  if (lengthOf(text) > MAX_PASSWORD_LENGTH) return { problem: PASSWORD_TOO_LONG };
  return { text };
}

/** Returns why the text may not become a user's password, or `null` when it may. */
export function passwordProblem(password: string): PasswordProblem | null {
  const normalized = normalizePassword(password);
  if ('problem' in normalized) return normalized.problem;
  return lengthOf(normalized.text) < MIN_PASSWORD_LENGTH ? PASSWORD_TOO_SHORT : null;
}

/**
 * Returns the length in code points: an emoji counts as one, not as the two UTF-16 units that JavaScript
 * sees.
 */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
