import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';

/** Issuer of identities, unless both sides configure another name. */
export const DEFAULT_ISSUER = 'nest-sessions';

/** Maximum lifetime of an identity, in milliseconds. Verifiers accept no longer lifetime. */
export const MAX_LIFETIME = 60_000;

/** Options of the issuing app for the identities that it signs. */
export interface SessionIdentityModuleOptions {
  /**
   * Issuer, the `iss` of the identities. The services must configure the same issuer.
   * @default 'nest-sessions'
   */
  issuer?: string;
  /**
   * Lifetime of an identity: whole seconds, 60 at most. A service behind a gateway may accept an ended
   * session for this long.
   * @default '30s'
   */
  lifetime?: Duration;
  /**
   * Interval at which each process makes a new key.
   * @default '1h'
   */
  rotateEvery?: Duration;
  /**
   * Maximum time for which a service caches the public keys, the largest `cacheFor` of all services.
   * A new key is published this long before it signs. An old key stays published this much longer than its
   * identities can live.
   * @default '5m'
   */
  cacheFor?: Duration;
}

/** Validated options, with every default filled in. */
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
        `lifetime must be whole seconds from '1s' to '60s', got ${this.lifetime} ms.`,
      );
    }
    if (this.rotateEvery <= this.cacheFor) {
      throw new SessionOptionsError(
        'rotateEvery is not longer than cacheFor, so every key would be replaced before its first use. Increase rotateEvery.',
      );
    }
  }
}

/** @throws SessionOptionsError when the issuer is empty. */
export function requireIssuer(option: string, issuer: string): string {
  if (issuer !== '') return issuer;
  throw new SessionOptionsError(
    `${option} is empty. Name the issuer, such as '${DEFAULT_ISSUER}'.`,
  );
}
