import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Session } from '../session/session.js';
import { decodeSession } from '../session/session-record.js';
import { CLOCK_TOLERANCE } from './identity-key.registry.js';
import { ALGORITHM } from './published-key.js';
import { MAX_LIFETIME } from './session-identity.options.js';

/** Type of the JWT: nothing else that is signed with the same key is an identity (RFC 8725, 3.11). */
export const IDENTITY_TYPE = 'session-identity+jwt';

/** Maximum length of an identity, in characters. A longer identity exceeds the header limit of Node.js. */
const MAX_LENGTH = 16 * 1024;

/** Three parts of base64url (RFC 7515, 7.1). Two headers do not match: Node.js joins them with a comma. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Permitted header members. A key in the header, or a member that changes how the rest is read, is rejected.
 */
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];

/** Claims of an identity, before its signature is verified. */
export interface IdentityClaims {
  readonly kid: string;
  readonly session: Session;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Epoch milliseconds, at most the session's own end. */
  readonly expiresAt: number;
}

/** Required issuer and audience of an identity. */
export interface ExpectedIdentity {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Reads the claims of an identity that is currently valid for this service. Returns `null` for any other
 * identity, and for any other text. Does not verify the signature.
 */
export function readIdentityClaims(
  identity: string,
  { issuer, audience }: ExpectedIdentity,
): IdentityClaims | null {
  if (identity.length > MAX_LENGTH || !COMPACT.test(identity)) return null;
  try {
    const header = decodeProtectedHeader(identity);
    const { alg, kid, typ } = header;
    if (alg !== ALGORITHM || typ !== IDENTITY_TYPE || typeof kid !== 'string') return null;
    if (!Object.keys(header).every((name) => HEADER_MEMBERS.includes(name))) return null;
    const { iss, aud, sub, sid, iat, exp, session: record } = decodeJwt(identity);
    if (iss !== issuer || aud !== audience || typeof sid !== 'string') return null;
    if (!isGoodNow(iat, exp)) return null;
    const session = decodeSession(sid, JSON.stringify(record));
    if (session === null || session.user.id !== sub) return null;
    const expiresAt = Math.min(Number(exp) * 1_000, session.absoluteExpiresAt);
    if (Date.now() >= expiresAt) return null;
    return { kid, session, issuedAt: Number(iat) * 1_000, expiresAt };
  } catch {
    // Not a JWT, or nested deeper than the stack.
    return null;
  }
}

/**
 * Returns whether an identity that was signed at `iat`, and is valid until `exp`, is valid now. Both are
 * seconds.
 */
function isGoodNow(iat: unknown, exp: unknown): boolean {
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return false;
  const [signedAt, until] = [Number(iat) * 1_000, Number(exp) * 1_000];
  const now = Date.now();
  return now < until && signedAt <= now + CLOCK_TOLERANCE && until - signedAt <= MAX_LIFETIME;
}
