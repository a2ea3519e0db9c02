import { Injectable } from '@nestjs/common';
import { SignJWT, type JWTPayload } from 'jose';
import { BoundedMap } from '../common/bounded-map.js';
import type { Session } from '../session/session.js';
import { encodeSession } from '../session/session-record.js';
import { IDENTITY_TYPE } from './identity-claims.js';
import { IdentityKeys } from './identity-keys.js';
import { ALGORITHM, type PublishedKey } from './published-key.js';
import { SessionIdentityOptions } from './session-identity.options.js';

/** Time for which an identity is reused, in milliseconds. */
const REUSED_FOR = 1_000;
/** Maximum number of identities kept for reuse; each takes about 2 KB. */
const REMEMBERED = 1_000;

/** Options of {@link IdentitySigner.sign}. */
export interface SignOptions {
  /**
   * Signs a new identity instead of reusing a recent identity.
   * @default false
   */
  readonly fresh?: boolean;
}

interface Minted {
  readonly at: number;
  readonly identity: Promise<string | null>;
}

/**
 * Signs identities, which services verify locally. An identity is a JWT (RFC 7519) with the session's record,
 * valid for one service and a short time. It contains no token.
 */
@Injectable()
export class IdentitySigner {
  /** Identities by service and record. */
  readonly #minted = new BoundedMap<string, Minted>(REMEMBERED);

  constructor(
    private readonly keys: IdentityKeys,
    private readonly options: SessionIdentityOptions,
  ) {}

  /**
   * Returns the identity of a session for one service; `null` for a session that ends within the current
   * second. Requests for the same session within a short time may get the same identity.
   *
   * @throws SessionStoreUnavailableError when there is no key that the services can fetch.
   *
   * @example
   * const identity = await signer.sign(session, 'orders');
   */
  sign(
    session: Session,
    audience: string,
    { fresh = false }: SignOptions = {},
  ): Promise<string | null> {
    const record = encodeSession(session);
    // Service names contain no spaces.
    const name = `${audience} ${record}`;
    const known = this.#minted.get(name);
    if (!fresh && known && performance.now() - known.at < REUSED_FOR) return known.identity;
    const identity = this.#mint(session, record, audience);
    this.#remember(name, { at: performance.now(), identity });
    return identity;
  }

  /**
   * Returns the public keys with which services verify identities, as a JWK set (RFC 7517, 5).
   *
   * @throws SessionStoreUnavailableError when Redis does not answer.
   *
   * @example
   * const { keys } = await signer.keySet();
   */
  async keySet(): Promise<{ keys: PublishedKey[] }> {
    return { keys: await this.keys.published() };
  }

  async #mint(session: Session, record: string, audience: string): Promise<string | null> {
    const { kid, privateKey } = await this.keys.forSigning();
    // Times in a JWT are in seconds (RFC 7519, 2).
    const now = Date.now();
    const issuedAt = Math.floor(now / 1_000);
    const expiresAt = Math.min(
      issuedAt + this.options.lifetime / 1_000,
      Math.floor(session.absoluteExpiresAt / 1_000),
      // The request for which the identity is signed counts as use.
      Math.floor((now + session.idleTimeout) / 1_000),
    );
    if (expiresAt <= issuedAt) return null;
    const claims: JWTPayload = { sid: session.id, session: JSON.parse(record) as object };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: IDENTITY_TYPE })
      .setIssuer(this.options.issuer)
      .setAudience(audience)
      .setSubject(session.user.id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
  }

  #remember(name: string, minted: Minted): void {
    this.#minted.set(name, minted);
    minted.identity.catch(() => {
      if (this.#minted.get(name) === minted) this.#minted.delete(name);
    });
  }
}
