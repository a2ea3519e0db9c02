import { compactVerify, type CryptoKey } from 'jose';
import type { Session } from '../session/session.js';
import type { FindOptions } from '../store/session.store.js';
import type { GatewayLimits } from './gateway.options.js';
import { type IdentityClaims, readIdentityClaims } from './identity-claims.js';
import { CLOCK_TOLERANCE } from './identity-key.registry.js';
import type { IdentityKeySet } from './identity-key-set.js';
import { ALGORITHM } from './published-key.js';

/** How many verified identities are remembered; each takes some 3 KB. */
const REMEMBERED = 5_000;

/** A second, as an identity's time has no smaller part. Milliseconds. */
const SECOND = 1_000;

/** Tells the sessions of identities that are signed, good now, and meant for who asks. */
export class IdentityVerifier {
  /** By audience and identity; in order of writing. */
  readonly #verified = new Map<string, IdentityClaims>();

  constructor(
    private readonly keys: IdentityKeySet,
    private readonly limits: Pick<GatewayLimits, 'issuer' | 'freshFor'>,
  ) {}

  /**
   * The session of an identity, or `null`. At once where it was verified before.
   *
   * @param audience The service that it must be meant for.
   * @throws SessionStoreUnavailableError when the key that it names can be neither had nor ruled out.
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
    // Of several that were verified at the same time, one session counts.
    const known = this.#verified.get(name) ?? claims;
    this.#remember(name, known);
    return this.#sessionOf(known, fresh);
  }

  /** The session, unless it is over by now, or not fresh enough. */
  #sessionOf({ session, issuedAt, expiresAt }: IdentityClaims, fresh: boolean): Session | null {
    const now = Date.now();
    if (now >= expiresAt) return null;
    return fresh && now - issuedAt > this.limits.freshFor ? null : session;
  }

  #remember(name: string, claims: IdentityClaims): void {
    this.#verified.set(name, claims);
    if (this.#verified.size <= REMEMBERED) return;
    const oldest = this.#verified.keys().next();
    if (!oldest.done) this.#verified.delete(oldest.value);
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
