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
} from '../gateway/gateway.options.js';
import type { RedisTarget } from '../store/redis-client.js';
import type { SessionSource } from '../source/session.source.js';
import type { SessionStore } from '../store/session.store.js';
import {
  type BindingOptions,
  type BindingRules,
  bindingRulesOf,
} from '../binding/binding.options.js';
import { type CsrfOptions, trustedOriginsOf } from './csrf.options.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import {
  type NearCacheLimits,
  type NearCacheOptions,
  nearCacheLimitsOf,
} from '../near-cache/near-cache.options.js';
import { releaseOfPackage } from '../access/package-release.js';
import { isRedirectTarget } from '../common/redirect-target.js';
import { requireServiceName } from '../common/service-name.js';

/** Attributes of the session cookie. */
export interface SessionCookieOptions {
  /**
   * Name of the cookie. With the prefix `__Host-`, browsers accept it only if it is `Secure`, for the whole
   * host and for this host alone (RFC 6265bis, 4.1.3.2).
   * @default '__Host-sid'
   */
  name?: string;
  /**
   * Whether the browser sends the cookie with requests that other sites cause.
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

/** Options of {@link SessionModule}. */
export interface SessionModuleOptions {
  /** Connected or connecting ioredis client that the application created and closes. */
  client?: Redis | Cluster;
  /**
   * Address of Redis: a URL, ioredis options (`sentinels` among them), or `nodes` of a Cluster. The module
   * creates a client with safe settings, and closes it.
   */
  redis?: RedisTarget;
  /**
   * Refuses to start on an unsafe Redis: it needs no credentials, keeps no append-only file, evicts, is older
   * than 7.0, or cannot be checked because it does not answer. Otherwise the log warns of the first four. A
   * `store` is not checked.
   * @default false
   */
  strict?: boolean;
  /** A store of your own, or a `MemorySessionStore` in tests. */
  store?: SessionStore;
  /**
   * Source of the caller's session. `'redis'`: the Redis that keeps the sessions (`client`, `redis`, or a
   * `store` instead). `'rpc'`: the service that reaches this Redis. `'gateway'`: the signed identity that a
   * gateway sends. Or a source of your own.
   * @default 'redis'
   */
  source?: 'redis' | 'rpc' | 'gateway' | SessionSource;
  /** With `source: 'gateway'`: verification of identities. Needs `service`. */
  gateway?: GatewayOptions;
  /**
   * Connection to the service that keeps the sessions. `source: 'rpc'` looks up sessions there.
   * `source: 'rpc'` and `source: 'gateway'` also use it to add to sessions, and to publish the access
   * requirements of this service's routes. Needs `calls`.
   * @default undefined
   */
  rpc?: RpcOptions;
  /**
   * Mutual authentication of this service and other services in calls. Without it, a call carries the token
   * of the user whose request caused it, and a service cannot call as itself.
   * @default undefined
   */
  calls?: CallOptions;
  /**
   * Role that every user of this service needs, on every route that is not `@Public()`, in addition to the
   * roles of `@Roles()`.
   * @default undefined (any session is authorized)
   */
  requiredRole?: Role;
  /**
   * Name of this service when it adds to sessions, calls other services, is called, and publishes its access
   * requirements: lower-case letters, digits and hyphens. Its Redis user may write under this name only.
   * @default undefined (the service does none of these)
   */
  service?: string;
  /**
   * Publishes the access requirements of this service's routes at start, for gateways and administrators.
   * Needs `service`, and rights on `access:<service>` for its Redis user.
   * @default true
   */
  publishAccess?: boolean;
  /**
   * Release of the service, as published.
   * @default the version in the nearest package.json, else the version that npm sets, else undefined
   */
  release?: string;
  cookie?: SessionCookieOptions;
  /**
   * Carrier of the token: the session cookie, `Authorization: Bearer`, or either. A single carrier is for
   * services behind a proxy that uses the other for its own purposes.
   * @default 'either'
   */
  tokenFrom?: 'cookie' | 'bearer' | 'either';
  /**
   * Rejects changes of state that a page of another origin requests with the visitor's cookie: every method
   * but GET, HEAD and OPTIONS. `false` leaves this protection to the application.
   * @default {} (no other origin is trusted)
   */
  csrf?: CsrfOptions | false;
  /**
   * Maximum time between two renewals of a session's idle timeout by a single process. Never more than a
   * thirtieth of the session's idle timeout, so a session may end that much early.
   * @default '60s'
   */
  touchInterval?: Duration;
  /**
   * Keeps sessions in this process' memory, and has Redis send an invalidation for every change: `true`, the
   * maximum staleness if that connection breaks, or {@link NearCacheOptions}. Routes with `@RequireFresh()`
   * always read from Redis.
   * @default false
   */
  nearCache?: boolean | Duration | NearCacheOptions;
  /**
   * Reactions to a token that another client uses than the client that signed in: `{ userAgent, network }`,
   * each 'off', 'report' or 'reauthenticate'.
   * @default undefined (nothing is compared)
   */
  binding?: BindingOptions;
  /**
   * Redirect target for re-authentication, sent to users who must re-authenticate: a path on the host that
   * browsers know, or a URL.
   * @default '/auth/reauthenticate'
   */
  reauthenticateAt?: string;
  /**
   * Value of `Retry-After` when the store cannot answer, in seconds.
   * @default 1
   */
  retryAfter?: number;
  /**
   * Log of denials and of changes of sessions.
   * @default Nest's logger, in the context `Security`
   */
  securityLog?: SecurityLog;
}

/** RFC 6265, 4.1.1: a cookie's name is an RFC 9110 token. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Labels of letters, digits and hyphens, and the leading dot that browsers ignore. */
const COOKIE_DOMAIN = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

/** Maximum length of a release in an access catalogue. */
const RELEASE = /^.{1,256}$/;

/** Release of the package; `undefined` if its version is not valid as a release. */
function ownRelease(): string | undefined {
  const version = releaseOfPackage();
  return version !== undefined && RELEASE.test(version) ? version : undefined;
}

/** {@link SessionModuleOptions} with every default filled in and every value checked. */
export class SessionOptions {
  readonly requiredRole: Role | undefined;
  readonly service: string | undefined;
  readonly publishAccess: boolean;
  readonly release: string | undefined;
  readonly cookie: { name: string; sameSite: 'lax' | 'strict'; domain: string | undefined };
  readonly tokenFrom: 'cookie' | 'bearer' | 'either';
  /** Origins whose pages may change state, in addition to the service's own; `null` when any may. */
  readonly trustedOrigins: ReadonlySet<string> | null;
  /** Milliseconds. */
  readonly touchInterval: number;
  /** `null` when every session is read from Redis. */
  readonly nearCache: NearCacheLimits | null;
  /** `null` unless a gateway's identities are the source of sessions. */
  readonly gateway: GatewayLimits | null;
  /** `null` unless this service asks another service. */
  readonly rpc: RpcLimits | null;
  /** `null` when calls are not signed. */
  readonly callKeys: CallKeys | null;
  /** `null` when clients are not compared. */
  readonly binding: BindingRules | null;
  readonly reauthenticateAt: string;
  /** Seconds. */
  readonly retryAfter: number;

  /** @throws SessionOptionsError naming the option and its expected value */
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
    // An empty role could be mistaken for 'no role needed' in the configuration.
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
    if (!isRedirectTarget(this.reauthenticateAt)) {
      throw new SessionOptionsError(
        `reauthenticateAt: '${this.reauthenticateAt}' is no place to send a user to. Give a path such as '/auth/reauthenticate', or a URL with https.`,
      );
    }
    if (!Number.isSafeInteger(this.retryAfter) || this.retryAfter < 1) {
      throw new SessionOptionsError(`retryAfter: give whole seconds, 1 or more.`);
    }
  }
}

/**
 * @throws SessionOptionsError without `rpc` or `calls`, or when `source: 'rpc'` comes with a Redis or a store
 */
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
