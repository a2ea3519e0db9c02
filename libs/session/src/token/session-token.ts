import { hash, randomBytes } from 'node:crypto';

/** Entropy of a token: 256 bits, twice what OWASP's session guide asks for. */
const TOKEN_BYTES = 32;

/** Unpadded base64url of 32 bytes. */
const TOKEN_LENGTH = 43;

const NOT_BASE64URL = /[^A-Za-z0-9_-]/;

/**
 * Of the last character only four bits are used. Others than these would be a second spelling of the
 * same bytes (RFC 4648, 3.5).
 */
const LAST_CHARACTERS = 'AEIMQUYcgkosw048';

/** A new opaque token: 43 base64url characters from the system's CSPRNG. It means nothing. */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether a string could be a token at all. Checked before anything is asked of the store. */
export function isToken(value: string): boolean {
  return hasTokenShape(value);
}

/**
 * The session's id: SHA-256 of the token, in base64url (43 characters). It is what the store, logs
 * and lists know of a token; the token cannot be had back from it. No salt and no slow hash are
 * needed, because a token of 256 random bits cannot be guessed.
 */
export function sessionIdOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** Whether a string has the form of a session id, as {@link sessionIdOf} makes it. */
export function isSessionId(value: string): boolean {
  return hasTokenShape(value);
}

/** Looks for what must not be there, which takes half the time of looking at all that must. */
function hasTokenShape(value: string): boolean {
  return (
    value.length === TOKEN_LENGTH &&
    !NOT_BASE64URL.test(value) &&
    LAST_CHARACTERS.includes(value.charAt(TOKEN_LENGTH - 1))
  );
}
