import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import { DEFAULT_ISSUER, requireIssuer } from './session-identity.options.js';

/** Path of the issuing app's public keys. */
const DEFAULT_PATH = '/.well-known/jwks.json';

/** Options for verifying the identities that a gateway sends with each request. */
export interface GatewayOptions {
  /**
   * Location of the issuing app's public keys: the URL of a JWK set, or the URL of the app alone for
   * `/.well-known/jwks.json`. A server that can answer in its place can impersonate any user: use https, or a
   * private network.
   */
  keys: string | URL;
  /**
   * Issuer of identities, their `iss`.
   * @default 'nest-sessions'
   */
  issuer?: string;
  /**
   * Time for which the keys are used before they are fetched again. Must not exceed the issuing app's setting
   * (`SessionIdentityModuleOptions.cacheFor`).
   * @default '5m'
   */
  cacheFor?: Duration;
  /**
   * Time for which the keys are used while they cannot be fetched. After that, new identities are answered
   * with 503.
   * @default '1h'
   */
  keepFor?: Duration;
  /**
   * Minimum time between two fetches of the keys, whatever keys the identities name. Up to five fetches may
   * follow each other at once, for several instances of the issuing app that restart with new keys.
   * @default '5s'
   */
  fetchInterval?: Duration;
  /**
   * Timeout of a fetch.
   * @default '1s'
   */
  fetchTimeout?: Duration;
  /**
   * Maximum age of an identity on a route with `@SkipCache()`.
   * @default '5s'
   */
  freshFor?: Duration;
}

/** {@link GatewayOptions} with every default filled in; times in milliseconds. */
export interface GatewayLimits {
  /** Name of this service, the `aud` of the identities issued for it. */
  readonly service: string;
  readonly keys: URL;
  readonly issuer: string;
  readonly cacheFor: number;
  readonly keepFor: number;
  readonly fetchInterval: number;
  readonly fetchTimeout: number;
  readonly freshFor: number;
}

/** @throws SessionOptionsError naming the option and what it should be. */
export function gatewayLimitsOf(given: GatewayOptions, service: string | undefined): GatewayLimits {
  if (service === undefined) {
    throw new SessionOptionsError(
      `SessionGatewayModule accepts only identities for this service. Give SessionModule a 'service', such as 'orders'.`,
    );
  }
  const limits = {
    service,
    keys: keysUrlOf(given.keys),
    issuer: requireIssuer('issuer', given.issuer ?? DEFAULT_ISSUER),
    cacheFor: toMilliseconds('cacheFor', given.cacheFor ?? '5m'),
    keepFor: toMilliseconds('keepFor', given.keepFor ?? '1h'),
    fetchInterval: toMilliseconds('fetchInterval', given.fetchInterval ?? '5s'),
    fetchTimeout: toMilliseconds('fetchTimeout', given.fetchTimeout ?? '1s'),
    freshFor: toMilliseconds('freshFor', given.freshFor ?? '5s'),
  };
  if (limits.keepFor < limits.cacheFor) {
    throw new SessionOptionsError(
      'keepFor is shorter than cacheFor, which would never apply. Increase keepFor, or decrease cacheFor.',
    );
  }
  return limits;
}

function keysUrlOf(keys: string | URL): URL {
  const url = URL.canParse(String(keys)) ? new URL(keys) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new SessionOptionsError(
      `keys must be an http or https URL without user and password, such as 'http://auth:3000'.`,
    );
  }
  if (url.pathname === '/') url.pathname = DEFAULT_PATH;
  return url;
}
