import { refuseOtherOptions } from '../common/refuse-other-options.js';
import type { Cluster, Redis } from 'ioredis';
import type { SecurityLog } from '../audit/security.log.js';
import { REAUTHENTICATE_AT } from '../errors/reauthentication-required.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { Role } from '../session/session-types.js';
import type { NearCacheSetting } from './near-cache.setting.js';
import type { RedisTarget } from '../store/redis-client.js';
import type { SessionSource } from '../source/session.source.js';
import type { SessionStore } from '../store/session.store.js';
import { type CsrfOptions, trustedOriginsOf } from './csrf.options.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
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
  /** A source of your own for the caller's session, in place of `client`, `redis` and `store`. */
  source?: SessionSource;
  /**
   * Role that every user of this service needs, on every route that is not `@Public()`, in addition to the
   * roles of `@Roles()`.
   * @default undefined (any session is authorized)
   */
  requiredRole?: Role;
  /**
   * Name of this service: lower-case letters, digits and hyphens. Needed to add write-once attributes, and by
   * `SessionCallsModule`, `SessionAccessModule` and `SessionGatewayModule`. Its Redis user may write under this
   * name only.
   * @default undefined
   */
  service?: string;
  /** Name and attributes of the session cookie. @default a `__Host-` cookie with `SameSite=Lax` */
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
   * maximum staleness if that connection breaks, or `NearCacheOptions`. Routes with `@SkipCache()`
   * always read from Redis.
   * @default false
   */
  nearCache?: NearCacheSetting;
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

/** {@link SessionModuleOptions} with every default filled in and every value checked. */
export class SessionOptions {
  readonly requiredRole: Role | undefined;
  /** Name of this service; `undefined` without a name. */
  readonly service: string | undefined;
  /** Name and attributes of the session cookie. */
  readonly cookie: { name: string; sameSite: 'lax' | 'strict'; domain: string | undefined };
  /** Carrier of the token. */
  readonly tokenFrom: 'cookie' | 'bearer' | 'either';
  /** Origins whose pages may change state, in addition to the service's own; `null` when any may. */
  readonly trustedOrigins: ReadonlySet<string> | null;
  /** Milliseconds. */
  readonly touchInterval: number;
  /** Whether sessions are in a Redis or store that this service reaches itself. */
  readonly isStored: boolean;
  /** Redirect target for re-authentication: a path, or a URL. */
  readonly reauthenticateAt: string;
  /** Seconds. */
  readonly retryAfter: number;

  /** @throws SessionOptionsError naming the option and its expected value */
  constructor(options: SessionModuleOptions) {
    this.requiredRole = options.requiredRole;
    this.service = options.service;
    const { name = '__Host-sid', sameSite = 'lax', domain, ...others } = options.cookie ?? {};
    refuseOtherOptions("SessionModule's cookie", others, ['name', 'sameSite', 'domain']);
    this.cookie = { name, sameSite, domain };
    this.tokenFrom = options.tokenFrom ?? 'either';
    if (!['cookie', 'bearer', 'either'].includes(this.tokenFrom)) {
      throw new SessionOptionsError(
        `tokenFrom must be 'cookie', 'bearer' or 'either', got '${this.tokenFrom}'.`,
      );
    }
    this.trustedOrigins = trustedOriginsOf(options.csrf);
    this.touchInterval = toMilliseconds('touchInterval', options.touchInterval ?? '60s');
    this.reauthenticateAt = options.reauthenticateAt ?? REAUTHENTICATE_AT;
    this.retryAfter = options.retryAfter ?? 1;

    requireKnownNames(options);
    const { client, redis, store, source, nearCache = false } = options;
    const places = [client, redis, store, source].filter((it) => it !== undefined);
    this.isStored = places.length > 0 && source === undefined;
    if (places.length > 1) {
      throw new SessionOptionsError(
        `SessionModule accepts one of 'client', 'redis', 'store' and 'source', got ${places.length}. Keep one.`,
      );
    }
    if (source !== undefined && typeof source !== 'object') {
      throw new SessionOptionsError(
        `source must be an instance of SessionSource, got ${JSON.stringify(source)}. For ` +
          "'rpc', import SessionRpcModule from 'nest-sessions/rpc'; for 'gateway', " +
          "SessionGatewayModule from 'nest-sessions/gateway'.",
      );
    }
    // A `redis` without a value is reported where a test cannot have replaced it.
    const isOnRedis =
      client !== undefined || ('redis' in options && store === undefined && source === undefined);
    if (nearCache !== false && !isOnRedis) {
      throw new SessionOptionsError(
        `nearCache needs the invalidations of a Redis. Give SessionModule a 'client' or 'redis', or leave 'nearCache' out.`,
      );
    }
    // An empty role could be mistaken for 'no role needed' in the configuration.
    if (this.requiredRole?.trim() === '') {
      throw new SessionOptionsError(
        'requiredRole is empty. Name the role, or leave the option out to accept every session.',
      );
    }
    if (this.service !== undefined) requireServiceName('service', this.service);
    if (!COOKIE_NAME.test(this.cookie.name)) {
      throw new SessionOptionsError(
        `cookie.name: '${this.cookie.name}' is not a valid cookie name. Use letters, digits, '-' and '_'.`,
      );
    }
    if (this.cookie.domain !== undefined && !COOKIE_DOMAIN.test(this.cookie.domain)) {
      throw new SessionOptionsError(
        `cookie.domain: '${this.cookie.domain}' is not a domain. Give only a domain name, such as 'example.com'.`,
      );
    }
    if (this.cookie.domain !== undefined && /^__host-/i.test(this.cookie.name)) {
      throw new SessionOptionsError(
        `cookie.domain: browsers reject the cookie '${this.cookie.name}' with a domain. Leave the domain out, or name the cookie '__Secure-sid'.`,
      );
    }
    if (!isRedirectTarget(this.reauthenticateAt)) {
      throw new SessionOptionsError(
        `reauthenticateAt must be a path such as '/auth/reauthenticate', or a URL with https, got '${this.reauthenticateAt}'.`,
      );
    }
    if (!Number.isSafeInteger(this.retryAfter) || this.retryAfter < 1) {
      throw new SessionOptionsError(
        `retryAfter must be whole seconds, 1 or more, got ${this.retryAfter}.`,
      );
    }
  }
}

/** Modules of features, with the names that are mistaken for options of the core. */
const FEATURES: readonly (readonly [module: string, names: readonly string[]])[] = [
  ["SessionAccessModule from 'nest-sessions/access'", ['access', 'publishAccess', 'release']],
  [
    "SessionBindingModule from 'nest-sessions/binding'",
    ['binding', 'network', 'onSignal', 'userAgent'],
  ],
  ["SessionCallsModule from 'nest-sessions/calls'", ['callers', 'calls', 'forwardToken', 'secret']],
  ["SessionChannelsModule from 'nest-sessions/channels'", ['channels', 'closeWithin', 'renewedBy']],
  [
    "SessionConsoleModule from 'nest-sessions/console'",
    ['account', 'console', 'signIn', 'signOut'],
  ],
  ["SessionEventsModule from 'nest-sessions/events'", ['events']],
  ["SessionGatewayModule from 'nest-sessions/gateway'", ['gateway', 'keys']],
  [
    "SessionGraphqlModule from 'nest-sessions/graphql'",
    ['anonymousConnections', 'graphql', 'requestOf'],
  ],
  ["SessionHealthModule from 'nest-sessions/health'", ['health']],
  [
    "SessionIssuerModule from 'nest-sessions/issuer'",
    ['absoluteTimeout', 'idleTimeout', 'issuer', 'maxPerUser', 'rotationGrace', 'waitReplicas'],
  ],
  ["SessionMetricsModule from 'nest-sessions/metrics'", ['metrics', 'register']],
  ["SessionRpcModule from 'nest-sessions/rpc'", ['rpc']],
  ["SessionTracingModule from 'nest-sessions/tracing'", ['sessionIds', 'tracing']],
  ["SessionWebSocketsModule from 'nest-sessions/websockets'", ['websockets']],
];

const NAMES: Readonly<Record<keyof SessionModuleOptions, true>> = {
  client: true,
  cookie: true,
  csrf: true,
  nearCache: true,
  reauthenticateAt: true,
  redis: true,
  requiredRole: true,
  retryAfter: true,
  securityLog: true,
  service: true,
  source: true,
  store: true,
  strict: true,
  tokenFrom: true,
  touchInterval: true,
};

/** @throws SessionOptionsError for an option that does not exist: a misspelt `requiredRole` would require nothing */
function requireKnownNames(options: SessionModuleOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(NAMES, name)) continue;
    const [module] = FEATURES.find(([, names]) => names.includes(name)) ?? [];
    throw new SessionOptionsError(
      module === undefined
        ? `SessionModule has no option '${name}'. Its options are ${Object.keys(NAMES).join(', ')}.`
        : `SessionModule has no option '${name}'. Import ${module}, and give it the option.`,
    );
  }
}
