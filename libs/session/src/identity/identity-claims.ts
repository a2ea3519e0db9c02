import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Session } from '../session/session.js';
import { decodeSession } from '../session/session-record.js';
import { CLOCK_TOLERANCE } from './identity-key.registry.js';
import { ALGORITHM } from './published-key.js';
import { MAX_LIFETIME } from './session-identity.options.js';

/** Nothing else that is signed with the same key is an identity (RFC 8725, 3.11). */
export const IDENTITY_TYPE = 'session-identity+jwt';

/** Longer ones do not fit into a request's headers, as Node.js takes them. */
const MAX_LENGTH = 16 * 1024;

/** Three parts of base64url (RFC 7515, 7.1). Two headers, which Node.js joins with a comma, are none. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** All that the header may say: no key of its own, nothing that changes how the rest is read. */
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];

/** What an identity claims, before anybody has looked at its signature. */
export interface IdentityClaims {
  readonly kid: string;
  readonly session: Session;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Epoch milliseconds: the session's own end, or before. */
  readonly expiresAt: number;
}

/** For whom an identity must be, and by whom. */
export interface ExpectedIdentity {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Reads an identity that is good now for this service; `null` for every other, and for what is none. That
 * it was signed is still to be seen.
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

/** Whether an identity that was signed at `iat`, and is good until `exp`, may be taken now. Both are seconds. */
function isGoodNow(iat: unknown, exp: unknown): boolean {
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return false;
  const [signedAt, until] = [Number(iat) * 1_000, Number(exp) * 1_000];
  const now = Date.now();
  return now < until && signedAt <= now + CLOCK_TOLERANCE && until - signedAt <= MAX_LIFETIME;
}
