import type { Cluster, Redis } from 'ioredis';
import type { SecurityLog } from '../audit/security.log.js';
import { CallKeys, type CallOptions } from '../calls/call.options.js';
import { REAUTHENTICATE_AT } from '../errors/reauthentication-required.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type RpcLimits, rpcLimitsOf, type RpcOptions } from '../rpc/rpc.options.js';
import type { Role } from '../session/session-types.js';
import {
  type GatewayLimits,
  gatewayLimitsOf,
  type GatewayOptions,
} from '../identity/gateway.options.js';
import type { RedisTarget } from '../store/redis-client.js';
import type { SessionSource } from '../source/session.source.js';
import type { SessionStore } from '../store/session.store.js';
import { type BindingOptions, type BindingRules, bindingRulesOf } from './binding.options.js';
import { type CsrfOptions, trustedOriginsOf } from './csrf.options.js';
import { type Duration, toMilliseconds } from './duration.js';
import {
  type NearCacheLimits,
  type NearCacheOptions,
  nearCacheLimitsOf,
} from './near-cache.options.js';
import { releaseOfPackage } from './package-release.js';
import { isPlace } from './place.js';
import { requireServiceName } from './service-name.js';

/** How the browser is told to keep the token. */
export interface SessionCookieOptions {
  /**
   * The cookie's name. The `__Host-` prefix makes browsers refuse it unless it is `Secure`, for the
   * whole host and for this host alone (RFC 6265bis, 4.1.3.2).
   * @default '__Host-sid'
   */
  name?: string;
  /**
   * When the browser sends it along with requests that other sites cause.
   * @default 'lax'
   */
  sameSite?: 'lax' | 'strict';
  /**
   * Shares the cookie with subdomains; every one of them must then be trusted. Needs a name without
   * the `__Host-` prefix, for instance `__Secure-sid`.
   * @default undefined (this host alone)
   */
  domain?: string;
}

/** What a service says when it adds the module. */
export interface SessionModuleOptions {
  /** A connected or connecting ioredis client that the application made and closes. */
  client?: Redis | Cluster;
  /**
   * Where Redis is: a URL, ioredis options (`sentinels` among them), or `nodes` of a Cluster. The
   * module makes a client with safe settings, and closes it.
   */
  redis?: RedisTarget;
  /**
   * Refuses to start on a Redis that is open to whoever reaches it, keeps no append-only file, evicts,
   * is older than 7.0, or cannot be checked because it does not answer. Otherwise the log warns of the
   * first four. A `store` is not checked.
   * @default false
   */
  strict?: boolean;
  /** A store of your own, or a `MemorySessionStore` in tests. */
  store?: SessionStore;
  /**
   * How this service learns who is asking: from the Redis that keeps the sessions (`client`, `redis`, or
   * a `store` in its place), from the service that reaches it (`rpc`), from the signed identity that a
   * gateway sends along (`gateway`), or from a source of your own.
   * @default 'redis'
   */
  source?: 'redis' | 'rpc' | 'gateway' | SessionSource;
  /** With `source: 'gateway'`: how identities are verified. Needs `service`. */
  gateway?: GatewayOptions;
  /**
   * How the service that keeps the sessions is asked: with `source: 'rpc'` who is asking; with that and with
   * `source: 'gateway'` to add to sessions, and to publish what the routes of this one demand. Needs `calls`.
   * @default undefined
   */
  rpc?: RpcOptions;
  /**
   * How this service and others prove to each other who is calling. Without it a call carries the token
   * of the user whose request caused it, and a service cannot call by itself.
   * @default undefined
   */
  calls?: CallOptions;
  /**
   * The role that lets a user into this service at all. It is needed on every route that is not
   * `@Public()`, in addition to what `@Roles()` asks for.
   * @default undefined (any session is let in)
   */
  requiredRole?: Role;
  /**
   * What this service is called when it adds to sessions, calls others and is called, and publishes what
   * its routes demand: lower-case letters, digits and hyphens. Its Redis user may write under this name
   * only.
   * @default undefined (it does none of these)
   */
  service?: string;
  /**
   * Publishes at start what the routes of this service demand of their callers, for gateways and
   * administrators. Needs `service`, and rights on `access:<service>` for its Redis user.
   * @default true
   */
  publishAccess?: boolean;
  /**
   * Which release of the service this is, in what is published.
   * @default the version in package.json, under npm; else undefined
   */
  release?: string;
  cookie?: SessionCookieOptions;
  /**
   * Where the token is looked for: in the session cookie, in `Authorization: Bearer`, or in either. One
   * alone is for services behind a proxy that uses the other for something of its own.
   * @default 'either'
   */
  tokenFrom?: 'cookie' | 'bearer' | 'either';
  /**
   * Refuses changes of state that a page of another origin asks for with the visitor's cookie: every method
   * but GET, HEAD and OPTIONS. `false` leaves that to the application.
   * @default {} (no other origin is trusted)
   */
  csrf?: CsrfOptions | false;
  /**
   * The most that a process lets pass between two slides of one session's idle clock. Never more
   * than a thirtieth of the session's idle timeout, so that a session may end that much early.
   * @default '60s'
   */
  touchInterval?: Duration;
  /**
   * Keeps sessions in this process' memory, and has Redis tell of every change to them: `true`, the
   * greatest staleness should that connection break, or {@link NearCacheOptions}. What `@RequireFresh()`
   * marks is read from Redis all the same.
   * @default false
   */
  nearCache?: boolean | Duration | NearCacheOptions;
  /**
   * What is made of a token that another client uses than the one that signed in: `{ userAgent, network }`,
   * each 'off', 'report' or 'reauthenticate'.
   * @default undefined (nothing is compared)
   */
  binding?: BindingOptions;
  /**
   * Where users prove anew who they are, as they are told when they have to: a path on the host that
   * browsers know, or a URL.
   * @default '/auth/reauthenticate'
   */
  reauthenticateAt?: string;
  /**
   * What `Retry-After` says when the store cannot answer, in seconds.
   * @default 1
   */
  retryAfter?: number;
  /**
   * Where it is written down who was denied and what was done to sessions.
   * @default Nest's logger, in the context `Security`
   */
  securityLog?: SecurityLog;
}

/** RFC 6265, 4.1.1: a cookie's name is an RFC 9110 token. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Labels of letters, digits and hyphens, and the leading dot that browsers pass over. */
const COOKIE_DOMAIN = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

/** As much of it as a catalogue holds. */
const RELEASE = /^.{1,256}$/;

/** Release of the package; `undefined` if its version is not valid as a release. */
function ownRelease(): string | undefined {
  const version = releaseOfPackage();
  return version !== undefined && RELEASE.test(version) ? version : undefined;
}

/** The options with every default filled in and every value checked. */
export class SessionOptions {
  readonly requiredRole: Role | undefined;
  readonly service: string | undefined;
  readonly publishAccess: boolean;
  readonly release: string | undefined;
  readonly cookie: { name: string; sameSite: 'lax' | 'strict'; domain: string | undefined };
  readonly tokenFrom: 'cookie' | 'bearer' | 'either';
  /** The origins whose pages may change state beside the service's own; `null` when any may. */
  readonly trustedOrigins: ReadonlySet<string> | null;
  /** Milliseconds. */
  readonly touchInterval: number;
  /** `null` when every session is read from Redis. */
  readonly nearCache: NearCacheLimits | null;
  /** `null` unless identities say who is asking. */
  readonly gateway: GatewayLimits | null;
  /** `null` unless another service is asked. */
  readonly rpc: RpcLimits | null;
  /** `null` where calls are not signed. */
  readonly callKeys: CallKeys | null;
  /** `null` when no client is compared with the one that signed in. */
  readonly binding: BindingRules | null;
  readonly reauthenticateAt: string;
  /** Seconds. */
  readonly retryAfter: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
  constructor(options: SessionModuleOptions) {
    this.requiredRole = options.requiredRole;
    this.service = options.service;
    this.publishAccess = options.publishAccess ?? true;
    this.release = options.release ?? ownRelease();
    this.cookie = {
      name: options.cookie?.name ?? '__Host-sid',
      sameSite: options.cookie?.sameSite ?? 'lax',
      domain: options.cookie?.domain,
    };
    this.tokenFrom = options.tokenFrom ?? 'either';
    if (!['cookie', 'bearer', 'either'].includes(this.tokenFrom)) {
      throw new SessionOptionsError(`tokenFrom: set it to 'cookie', 'bearer' or 'either'.`);
    }
    this.trustedOrigins = trustedOriginsOf(options.csrf);
    this.touchInterval = toMilliseconds('touchInterval', options.touchInterval ?? '60s');
    this.nearCache = nearCacheLimitsOf(options.nearCache);
    this.binding = bindingRulesOf(options.binding);
    this.reauthenticateAt = options.reauthenticateAt ?? REAUTHENTICATE_AT;
    this.retryAfter = options.retryAfter ?? 1;

    this.callKeys = options.calls ? new CallKeys(options.calls) : null;

    const { client, redis, store, source = 'redis' } = options;
    this.rpc =
      source === 'rpc' || (source === 'gateway' && options.rpc) ? requireRpc(options) : null;
    const places = [client, redis, store].filter((it) => it !== undefined);
    if (source === 'redis' && places.length !== 1) {
      throw new SessionOptionsError(
        `SessionModule needs exactly one of 'client', 'redis' and 'store' to know where sessions are kept; it was given ${places.length}.`,
      );
    }
    if (this.callKeys && this.service === undefined) {
      throw new SessionOptionsError(
        `calls: say what this service is called, in 'service': it signs its calls with that name.`,
      );
    }
    if (this.nearCache && (store || source !== 'redis')) {
      throw new SessionOptionsError(
        `nearCache needs a Redis that tells of changes, which a 'store' of your own is not. Leave one of them out.`,
      );
    }
    // An empty role would be taken for 'none needed' by whoever reads the configuration.
    if (this.requiredRole?.trim() === '') {
      throw new SessionOptionsError(
        `requiredRole is empty. Name the role, or leave the option out to let every session in.`,
      );
    }
    if (this.service !== undefined) requireServiceName('service', this.service);
    if (this.release !== undefined && !RELEASE.test(this.release)) {
      throw new SessionOptionsError(
        `release: give a version of at most 256 characters, in one line.`,
      );
    }
    this.gateway = source === 'gateway' ? gatewayLimitsOf(options.gateway, this.service) : null;
    if (!COOKIE_NAME.test(this.cookie.name)) {
      throw new SessionOptionsError(
        `cookie.name: '${this.cookie.name}' cannot be a cookie's name. Use letters, digits, '-' and '_'.`,
      );
    }
    if (this.cookie.domain !== undefined && !COOKIE_DOMAIN.test(this.cookie.domain)) {
      throw new SessionOptionsError(
        `cookie.domain: '${this.cookie.domain}' is not a domain. Give its name alone, such as 'example.com'.`,
      );
    }
    if (this.cookie.domain !== undefined && /^__host-/i.test(this.cookie.name)) {
      throw new SessionOptionsError(
        `cookie.domain: browsers refuse a domain on '${this.cookie.name}'. Leave it out, or name the cookie '__Secure-sid'.`,
      );
    }
    if (!isPlace(this.reauthenticateAt)) {
      throw new SessionOptionsError(
        `reauthenticateAt: '${this.reauthenticateAt}' is no place to send a user to. Give a path such as '/auth/reauthenticate', or a URL with https.`,
      );
    }
    if (!Number.isSafeInteger(this.retryAfter) || this.retryAfter < 1) {
      throw new SessionOptionsError(`retryAfter: give whole seconds, 1 or more.`);
    }
  }
}

/** @throws SessionOptionsError when another service is to be asked and it is not said how */
function requireRpc(options: SessionModuleOptions): RpcLimits {
  const { source, rpc, calls, client, redis, store } = options;
  if (rpc === undefined) {
    throw new SessionOptionsError(
      `source: 'rpc' needs 'rpc', which says where the service listens that keeps the sessions.`,
    );
  }
  if (calls === undefined) {
    throw new SessionOptionsError(
      `rpc needs 'calls': only services that sign their calls are answered.`,
    );
  }
  if (source === 'rpc' && (client ?? redis ?? store)) {
    throw new SessionOptionsError(
      `source: 'rpc' asks another service: leave 'client', 'redis' and 'store' out.`,
    );
  }
  return rpcLimitsOf(rpc);
}
