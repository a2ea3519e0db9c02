import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import type { Session } from '../../session/session.js';
import { encodeSession } from '../../session/session-record.js';
import { type PublishedKey, publishedKeyOf } from '../published-key.js';

/** Somebody with a key, who signs whatever is asked for. */
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

  /** An identity as it should be, but for these claims and members of the header. */
  identityOf(session: Session, claims: JWTPayload = {}, header: object = {}): Promise<string> {
    return new SignJWT({ ...claimsOf(session), ...claims })
      .setProtectedHeader({ ...this.header, ...header, alg: 'EdDSA' })
      .sign(this.privateKey);
  }

  get header(): { alg: string; kid: string; typ: string } {
    return { alg: 'EdDSA', kid: this.published.kid, typ: 'session-identity+jwt' };
  }
}

/** What an identity for the service orders says. */
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

/** A JWT of these parts, whatever they are. */
export function compactOf(header: object, claims: object, signature = 'AAAA'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
