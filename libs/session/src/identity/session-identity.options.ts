import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../options/duration.js';

/** Who signs identities, unless both sides are told another name. */
export const DEFAULT_ISSUER = 'nest-sessions';

/** The longest that an identity may be good for, in milliseconds. No verifier takes one for longer. */
export const MAX_LIFETIME = 60_000;

/** What the issuing app decides about the identities that it signs. */
export interface SessionIdentityModuleOptions {
  /**
   * Who signs, the identities' `iss`. The services must be told the same.
   * @default 'nest-sessions'
   */
  issuer?: string;
  /**
   * For how long an identity is good: whole seconds, 60 at most. For as long a service that is behind a
   * gateway may take a session for live that has ended.
   * @default '30s'
   */
  lifetime?: Duration;
  /**
   * How often each process makes a new key.
   * @default '1h'
   */
  rotateEvery?: Duration;
  /**
   * The longest that a service uses the set of public keys before it asks for it anew, the largest
   * `gateway.cacheFor` of all services. A new key is published this long before anything is signed with
   * it, and an old one this much longer than what it has signed may live.
   * @default '5m'
   */
  cacheFor?: Duration;
}

/** The options with every default filled in and every value checked. */
export class SessionIdentityOptions {
  readonly issuer: string;
  /** Milliseconds, whole seconds. */
  readonly lifetime: number;
  /** Milliseconds. */
  readonly rotateEvery: number;
  /** Milliseconds. */
  readonly cacheFor: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
  constructor(options: SessionIdentityModuleOptions) {
    this.issuer = requireIssuer('issuer', options.issuer ?? DEFAULT_ISSUER);
    this.lifetime = toMilliseconds('lifetime', options.lifetime ?? '30s');
    this.rotateEvery = toMilliseconds('rotateEvery', options.rotateEvery ?? '1h');
    this.cacheFor = toMilliseconds('cacheFor', options.cacheFor ?? '5m');
    if (this.lifetime > MAX_LIFETIME || this.lifetime % 1_000 !== 0) {
      throw new SessionOptionsError(
        `lifetime: ${this.lifetime} ms cannot be an identity's. Give whole seconds, from '1s' to '60s'.`,
      );
    }
    if (this.rotateEvery <= this.cacheFor) {
      throw new SessionOptionsError(
        `rotateEvery is not longer than cacheFor, so that every key would be replaced before it is used. Lengthen it.`,
      );
    }
  }
}

/** @throws SessionOptionsError when it is empty. */
export function requireIssuer(option: string, issuer: string): string {
  if (issuer !== '') return issuer;
  throw new SessionOptionsError(`${option} is empty. Name who signs, such as '${DEFAULT_ISSUER}'.`);
}
