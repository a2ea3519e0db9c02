import { calculateJwkThumbprint } from 'jose';

/** The one algorithm of identities (RFC 8037, 3.1). */
export const ALGORITHM = 'EdDSA';

/**
 * The public half of a key that identities are signed with: a JWK (RFC 8037, 2) of just these members.
 * What an identity's `kid` names.
 */
export interface PublishedKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** The key itself: 32 bytes, base64url. */
  readonly x: string;
  /** The key's thumbprint (RFC 7638), so that no two keys have the same. */
  readonly kid: string;
  readonly alg: typeof ALGORITHM;
  readonly use: 'sig';
}

/** Unpadded base64url of 32 bytes. */
const KEY = /^[A-Za-z0-9_-]{43}$/;

/** The key with these bytes. */
export async function publishedKeyOf(x: string): Promise<PublishedKey> {
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: ALGORITHM, use: 'sig' };
}

/** Reads a member of a JWK set; `null` for keys of other kinds and uses, and for what is none. */
export async function readPublishedKey(jwk: unknown): Promise<PublishedKey | null> {
  if (typeof jwk !== 'object' || jwk === null) return null;
  const { kty, crv, x, kid, alg = ALGORITHM, use = 'sig' } = jwk as Record<string, unknown>;
  if (kty !== 'OKP' || crv !== 'Ed25519' || alg !== ALGORITHM || use !== 'sig') return null;
  if (typeof x !== 'string' || !KEY.test(x)) return null;
  const key = await publishedKeyOf(x);
  // Under a name that is not its own it could take another key's place.
  return key.kid === kid ? key : null;
}
