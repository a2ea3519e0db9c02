import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { SessionSource } from '../source/session.source.js';
import type { FindOptions } from '../store/session.store.js';
import { IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import type { GatewayLimits } from './gateway.options.js';
import { IdentityKeySet } from './identity-key-set.js';
import { IdentityVerifier } from './identity-verifier.js';

/**
 * Takes the session from the signed identity that a gateway has got from the issuing app's
 * `/auth/verify` and sends along. Asks nobody but, now and then, for the public keys.
 *
 * Nothing else of the request counts: a cookie and a bearer token may come with it, as the gateway passes
 * them on, and what says without a signature who is asking could have come from anybody.
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

  /** Asks for the keys before the app takes requests. It starts without them all the same, and is not ready. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#keys.load();
  }

  /** With `fresh`, one that was signed within `freshFor`: the gateway has asked for this very request. */
  find({ headers }: TokenRequest, options?: FindOptions): Session | null | Promise<Session | null> {
    const identity = headers[IDENTITY_HEADER];
    return identity === undefined ? null : this.#find(identity, this.limits.service, options);
  }

  /** Of an identity that was meant for the caller, which has proven that it is the caller. */
  findReferred(
    reference: string,
    caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null> {
    return this.#find(reference, caller, options);
  }

  /**
   * The identity that the session came with: a service that is called takes it from the one that it was
   * meant for, and as long as it is good. It does not reach a third service.
   */
  refer(session: Session): string {
    const identity = this.#identities.get(session);
    if (identity !== undefined) return identity;
    throw new TypeError('only a session that came with an identity can be referred to');
  }

  /** Nothing to do: `/auth/verify` has noted the use. */
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
