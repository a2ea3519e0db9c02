import { hash, randomBytes } from 'node:crypto';

/** Entropy of a token: 256 bits, twice what OWASP's session guide asks for. */
const TOKEN_BYTES = 32;

/**
 * Unpadded base64url of 32 bytes: 42 free characters, and a last one of which only four bits are
 * used. Other last characters would be a second spelling of the same bytes (RFC 4648, 3.5).
 */
const TOKEN_SHAPE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** A new opaque token: 43 base64url characters from the system's CSPRNG. It means nothing. */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether a string could be a token at all. Checked before anything is asked of the store. */
export function isToken(value: string): boolean {
  return TOKEN_SHAPE.test(value);
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
  return TOKEN_SHAPE.test(value);
}
