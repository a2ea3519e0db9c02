import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import type { Session } from '../../session/session.js';
import { encodeSession } from '../../session/session-record.js';
import { type PublishedKey, publishedKeyOf } from '../published-key.js';

/** Signer with its own key, which signs any claims. */
export class Signer {
  private constructor(
    readonly published: PublishedKey,
    private readonly privateKey: CryptoKey,
  ) {}

  static async make(): Promise<Signer> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const { x = '' } = await exportJWK(publicKey);
    return new Signer(await publishedKeyOf(x), privateKey);
  }

  /** Returns a valid identity, except for these claims and members of the header. */
  identityOf(session: Session, claims: JWTPayload = {}, header: object = {}): Promise<string> {
    return new SignJWT({ ...claimsOf(session), ...claims })
      .setProtectedHeader({ ...this.header, ...header, alg: 'EdDSA' })
      .sign(this.privateKey);
  }

  get header(): { alg: string; kid: string; typ: string } {
    return { alg: 'EdDSA', kid: this.published.kid, typ: 'session-identity+jwt' };
  }
}

/** Returns the claims of an identity for the service `orders`. */
export function claimsOf(session: Session): JWTPayload & { iat: number; exp: number } {
  const iat = Math.floor(Date.now() / 1_000);
  return {
    iss: 'nest-sessions',
    aud: 'orders',
    sub: session.user.id,
    sid: session.id,
    iat,
    exp: iat + 30,
    session: JSON.parse(encodeSession(session)) as object,
  };
}

/** Returns a JWT of these parts, valid or not. */
export function compactOf(header: object, claims: object, signature = 'AAAA'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
