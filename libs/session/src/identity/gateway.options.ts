import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../options/duration.js';
import { DEFAULT_ISSUER, requireIssuer } from './session-identity.options.js';

/** Where the issuing app has the set of its public keys. */
const DEFAULT_PATH = '/.well-known/jwks.json';

/** How a service verifies the identities that a gateway sends with each request. */
export interface GatewayOptions {
  /**
   * Where the issuing app tells its public keys: the URL of a JWK set, or of the app alone, where it is at
   * `/.well-known/jwks.json`. Who can answer in its place can be anybody: use https, or a network of your own.
   */
  keys: string | URL;
  /**
   * Who signs identities, their `iss`.
   * @default 'nest-sessions'
   */
  issuer?: string;
  /**
   * How long the keys are used before they are asked for anew. No longer than the issuing app counts on
   * (`SessionIdentityModuleOptions.cacheFor`).
   * @default '5m'
   */
  cacheFor?: Duration;
  /**
   * How long they are used while they cannot be asked for. After that every request is answered 503.
   * @default '1h'
   */
  keepFor?: Duration;
  /**
   * The time between two questions for keys, whatever identities claim to be signed with. Up to five may
   * follow each other at once, when several instances of the issuing app restart with new keys.
   * @default '5s'
   */
  fetchInterval?: Duration;
  /**
   * How long an answer may take.
   * @default '1s'
   */
  fetchTimeout?: Duration;
  /**
   * How old an identity may be on a route with `@RequireFresh()`.
   * @default '5s'
   */
  freshFor?: Duration;
}

/** The same with every default filled in; times in milliseconds. */
export interface GatewayLimits {
  /** This service, the `aud` of the identities that are meant for it. */
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
export function gatewayLimitsOf(
  given: GatewayOptions | undefined,
  service: string | undefined,
): GatewayLimits {
  if (given === undefined) {
    throw new SessionOptionsError(
      `source 'gateway' needs 'gateway': say where the public keys are, such as { keys: 'http://auth:3000' }.`,
    );
  }
  if (service === undefined) {
    throw new SessionOptionsError(
      `source 'gateway': say what this service is called, in 'service': it takes only identities that are meant for it.`,
    );
  }
  const limits = {
    service,
    keys: keysUrlOf(given.keys),
    issuer: requireIssuer('gateway.issuer', given.issuer ?? DEFAULT_ISSUER),
    cacheFor: toMilliseconds('gateway.cacheFor', given.cacheFor ?? '5m'),
    keepFor: toMilliseconds('gateway.keepFor', given.keepFor ?? '1h'),
    fetchInterval: toMilliseconds('gateway.fetchInterval', given.fetchInterval ?? '5s'),
    fetchTimeout: toMilliseconds('gateway.fetchTimeout', given.fetchTimeout ?? '1s'),
    freshFor: toMilliseconds('gateway.freshFor', given.freshFor ?? '5s'),
  };
  if (limits.keepFor < limits.cacheFor) {
    throw new SessionOptionsError(
      `gateway.keepFor is shorter than gateway.cacheFor, which would then never apply. Lengthen it.`,
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
      `gateway.keys is not an http or https URL without user and password, such as 'http://auth:3000'.`,
    );
  }
  if (url.pathname === '/') url.pathname = DEFAULT_PATH;
  return url;
}
