import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { SessionSource } from '../source/session.source.js';
import type { FindOptions } from '../store/session.store.js';
import { IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import type { GatewayLimits } from './gateway.options.js';
import { IdentityKeySet } from './identity-key-set.js';
import { IdentityVerifier } from './identity-verifier.js';

/**
 * Takes the session from the signed identity that a gateway obtains from the issuing app's `/auth/verify` and
 * forwards. The only network requests are occasional fetches of the public keys.
 *
 * The rest of the request is ignored. A cookie and a bearer token may be present, because the gateway
 * forwards them. Unsigned information about the user could come from any client.
 */
export class GatewaySessionSource extends SessionSource implements OnApplicationBootstrap {
  readonly #identities = new WeakMap<Session, string>();
  readonly #keys: IdentityKeySet;
  readonly #verifier: IdentityVerifier;

  constructor(private readonly limits: GatewayLimits) {
    super();
    this.#keys = new IdentityKeySet(limits);
    this.#verifier = new IdentityVerifier(this.#keys, limits);
  }

  /**
   * Fetches the keys before the app accepts requests. Without the keys the app starts as well, but is not
   * ready.
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.#keys.load();
  }

  /**
   * Finds the session of a request's identity. `fresh` requires an identity that was signed within
   * `freshFor`: the gateway has then asked the issuing app for this very request.
   */
  find({ headers }: TokenRequest, options?: FindOptions): Session | null | Promise<Session | null> {
    const identity = headers[IDENTITY_HEADER];
    return identity === undefined ? null : this.#find(identity, this.limits.service, options);
  }

  /** Finds the session of an identity that was issued for the caller, which has proven its name. */
  findReferred(
    reference: string,
    caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null> {
    return this.#find(reference, caller, options);
  }

  /**
   * Returns the identity that carried the session. A called service accepts it from the service it was issued
   * for, until it expires. The identity does not reach a third service.
   */
  refer(session: Session): string {
    const identity = this.#identities.get(session);
    if (identity !== undefined) return identity;
    throw new TypeError('only a session that came with an identity can be referred to');
  }

  /** Does nothing: `/auth/verify` has recorded the use. */
  touch(): undefined {
    return undefined;
  }

  ping(): Promise<void> {
    return this.#keys.ping();
  }

  #find(
    identity: string,
    audience: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null> {
    const noted = (session: Session | null) => {
      if (session) this.#identities.set(session, identity);
      return session;
    };
    const found = this.#verifier.verify(identity, audience, options);
    return found instanceof Promise ? found.then(noted) : noted(found);
  }
}
