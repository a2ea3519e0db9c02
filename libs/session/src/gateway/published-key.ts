import { calculateJwkThumbprint } from 'jose';

/** The only algorithm of identities (RFC 8037, 3.1). */
export const ALGORITHM = 'EdDSA';

/**
 * Public half of a signing key: a JWK (RFC 8037, 2) of exactly these members. The `kid` of an identity names
 * it.
 */
export interface PublishedKey {
  /** Key type: an octet key pair. */
  readonly kty: 'OKP';
  /** Curve of the key. */
  readonly crv: 'Ed25519';
  /** Public key: 32 bytes, base64url. */
  readonly x: string;
  /** Thumbprint of the key (RFC 7638), so that no two keys share a `kid`. */
  readonly kid: string;
  /** Signature algorithm. */
  readonly alg: typeof ALGORITHM;
  /** Use of the key: signatures. */
  readonly use: 'sig';
}

/** Unpadded base64url of 32 bytes. */
const KEY = /^[A-Za-z0-9_-]{43}$/;

/** Returns the key with these bytes. */
export async function publishedKeyOf(x: string): Promise<PublishedKey> {
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: ALGORITHM, use: 'sig' };
}

/** Reads a member of a JWK set; `null` for keys of other kinds and uses, and for invalid keys. */
export async function readPublishedKey(jwk: unknown): Promise<PublishedKey | null> {
  if (typeof jwk !== 'object' || jwk === null) return null;
  const { kty, crv, x, kid, alg = ALGORITHM, use = 'sig' } = jwk as Record<string, unknown>;
  if (kty !== 'OKP' || crv !== 'Ed25519' || alg !== ALGORITHM || use !== 'sig') return null;
  if (typeof x !== 'string' || !KEY.test(x)) return null;
  const key = await publishedKeyOf(x);
  // A key under the `kid` of another key could replace that key.
  return key.kid === kid ? key : null;
}
