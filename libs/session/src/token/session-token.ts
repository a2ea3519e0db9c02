import { hash, randomBytes } from 'node:crypto';

/** Entropy of a token: 256 bits, twice what OWASP's session guide asks for. */
const TOKEN_BYTES = 32;

/** Length of 32 bytes in unpadded base64url. */
const TOKEN_LENGTH = 43;

const NOT_BASE64URL = /[^A-Za-z0-9_-]/;

/**
 * Valid last characters: only four bits of the last character are used. Any other character would be a second
 * spelling of the same bytes (RFC 4648, 3.5).
 */
const LAST_CHARACTERS = 'AEIMQUYcgkosw048';

/**
 * Creates an opaque token: 43 base64url characters, 256 bits from the system's CSPRNG, without a meaning.
 *
 * @example
 * const token = createToken();
 */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/**
 * Whether a string has the form of a token. Checked before the store is asked.
 *
 * @example
 * isToken(createToken()); // true
 */
export function isToken(value: string): boolean {
  return hasTokenShape(value);
}

/**
 * Returns the session's id: SHA-256 of the token, in base64url (43 characters). The store, logs and lists
 * know only the id, from which the token cannot be derived. A salt and a slow hash are not needed, because a
 * token of 256 random bits cannot be guessed.
 *
 * @example
 * const snapshot = await manager.find(sessionIdOf(token));
 */
export function sessionIdOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/**
 * Whether a string has the form of a session id, as {@link sessionIdOf} returns it.
 *
 * @example
 * isSessionId(sessionIdOf(token)); // true
 */
export function isSessionId(value: string): boolean {
  return hasTokenShape(value);
}

/** Searches for an invalid character, which takes half the time of matching all valid characters. */
function hasTokenShape(value: string): boolean {
  return (
    value.length === TOKEN_LENGTH &&
    !NOT_BASE64URL.test(value) &&
    LAST_CHARACTERS.includes(value.charAt(TOKEN_LENGTH - 1))
  );
}
