import { compactVerify, type CryptoKey } from 'jose';
import { BoundedMap } from '../common/bounded-map.js';
import type { Session } from '../session/session.js';
import type { FindOptions } from '../store/session.store.js';
import type { GatewayLimits } from './gateway.options.js';
import { type IdentityClaims, readIdentityClaims } from './identity-claims.js';
import { CLOCK_TOLERANCE } from './identity-key.registry.js';
import type { IdentityKeySet } from './identity-key-set.js';
import { ALGORITHM } from './published-key.js';

/** Maximum number of cached verified identities; each takes about 3 KB. */
const REMEMBERED = 5_000;

/** Resolution of the times in an identity: one second, in milliseconds. */
const SECOND = 1_000;

/**
 * Resolves the sessions of identities that are signed, currently valid, and issued for the given audience.
 */
export class IdentityVerifier {
  /** Verified identities by audience and identity. */
  readonly #verified = new BoundedMap<string, IdentityClaims>(REMEMBERED);

  constructor(
    private readonly keys: IdentityKeySet,
    private readonly limits: Pick<GatewayLimits, 'issuer' | 'freshFor'>,
  ) {}

  /**
   * Returns the session of an identity, or `null`. Synchronous when the identity was verified before.
   *
   * @param audience Service for which the identity must be issued.
   * @throws SessionStoreUnavailableError when the identity's key can be neither fetched nor ruled out.
   */
  verify(
    identity: string,
    audience: string,
    { fresh = false }: FindOptions = {},
  ): Session | null | Promise<Session | null> {
    const name = `${audience} ${identity}`;
    const known = this.#verified.get(name);
    if (known) return this.#sessionOf(known, fresh);
    const claims = readIdentityClaims(identity, { issuer: this.limits.issuer, audience });
    if (claims === null || this.#sessionOf(claims, fresh) === null) return null;
    return this.#verifySignature(name, identity, claims, fresh);
  }

  async #verifySignature(
    name: string,
    identity: string,
    claims: IdentityClaims,
    fresh: boolean,
  ): Promise<Session | null> {
    const key = await this.keys.find(claims.kid, claims.issuedAt + SECOND + CLOCK_TOLERANCE);
    if (key === null || !(await isSigned(identity, key))) return null;
    // Concurrent verifications of the same identity share one session.
    const known = this.#verified.get(name);
    if (known === undefined) this.#verified.set(name, claims);
    return this.#sessionOf(known ?? claims, fresh);
  }

  /** Returns the session; `null` when the identity has expired or is not fresh enough. */
  #sessionOf({ session, issuedAt, expiresAt }: IdentityClaims, fresh: boolean): Session | null {
    const now = Date.now();
    if (now >= expiresAt) return null;
    return fresh && now - issuedAt > this.limits.freshFor ? null : session;
  }
}

async function isSigned(identity: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(identity, key, { algorithms: [ALGORITHM] });
    return true;
  } catch {
    return false;
  }
}
