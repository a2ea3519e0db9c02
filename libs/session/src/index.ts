export { SessionModule } from './session.module.js';
export type {
  SessionCookieOptions,
  SessionModuleOptions,
  SessionOptions,
} from './options/session.options.js';
export { SESSION_OPTIONS } from './options/session-options.token.js';
export {
  type NearCacheLimits,
  nearCacheLimitsOf,
  type NearCacheOptions,
} from './options/near-cache.options.js';
export type { BindingOptions, BindingReaction, BindingRules } from './options/binding.options.js';
export { type Duration, toMilliseconds } from './options/duration.js';
export { type CsrfOptions, isOrigin } from './options/csrf.options.js';
export { isPlace } from './options/place.js';
export { isServiceName } from './options/service-name.js';

export { networkOf, type NetworkSize } from './address/network.js';
export { withoutPort } from './address/without-port.js';

export { BindingCheck, type ClientRequest } from './binding/binding-check.js';
export type { BindingSignal } from './binding/binding-signal.js';

export {
  ACCEPTS_CHANGED_CLIENT_METADATA,
  AcceptsChangedClient,
} from './roles/accepts-changed-client.decorator.js';
export { OptionalSession } from './roles/optional-session.decorator.js';
export { Public, PUBLIC_METADATA } from './roles/public.decorator.js';
export { REQUIRE_FRESH_METADATA, RequireFresh } from './roles/require-fresh.decorator.js';
export { isFreshEnough } from './roles/fresh-enough.js';
export { Roles, ROLES_METADATA } from './roles/roles.decorator.js';
export { type AccessRule, AccessRules } from './roles/access-rules.js';

export { ALLOW_SERVICES_METADATA, AllowServices } from './roles/allow-services.decorator.js';
export { ServicesOnly, SERVICES_ONLY_METADATA } from './roles/services-only.decorator.js';
export { SessionSource } from './source/session.source.js';
export { StoredSessionSource } from './source/stored-session.source.js';
export type { CallOptions } from './calls/call.options.js';
export { CALL_HEADER } from './token/token-headers.js';
export {
  CallTokens,
  type ReferredCall,
  type ServiceCall,
  type SignedCall,
} from './calls/call-tokens.js';
export { IncomingCalls } from './calls/incoming-calls.js';
export { SessionGuard } from './guard/session.guard.js';
export { CurrentCaller } from './guard/current-caller.decorator.js';
export { CurrentSession } from './guard/current-session.decorator.js';
export { CurrentUser } from './guard/current-user.decorator.js';
export { callerOf, carrierOf, sessionOf } from './source/request-session.js';
export { SessionExceptionFilter } from './guard/session-exception.filter.js';

export { Session, type SessionFields } from './session/session.js';
// A star export: only then can `declare module 'nest-sessions'` extend its interfaces.
export * from './session/session-types.js';

export { Sessions } from './additions/sessions.js';

export { createToken, isSessionId, isToken, sessionIdOf } from './token/session-token.js';
export { SessionCookie } from './token/session-cookie.js';
export { TokenExtractor } from './token/token-extractor.js';
export { IDENTITY_HEADER, type TokenHeaders, type TokenRequest } from './token/token-headers.js';

export {
  type Addition,
  type AdditionOutcome,
  type FindOptions,
  SessionStore,
} from './store/session.store.js';
export { NearCachedSessionStore } from './cache/near-cached-session.store.js';
export { IssuerSessionStore, type SessionSnapshot } from './store/issuer-session.store.js';
export { MemorySessionStore } from './store/memory-session.store.js';
export { RedisSessionStore } from './store/redis-session.store.js';
export {
  RedisIssuerSessionStore,
  type RedisIssuerSessionStoreOptions,
} from './store/redis-issuer-session.store.js';
export {
  createRedisClient,
  type RedisClusterTarget,
  type RedisTarget,
  safeClusterOptions,
  safeRedisOptions,
  whenReady,
} from './store/redis-client.js';
export { redisNodesOptions, redisUrlOptions } from './store/redis-url.js';
export type { NearCacheCounters } from './store/near-cache.counters.js';
export type { RpcCounters } from './rpc/rpc.counters.js';
export type { RpcLimits, RpcOptions } from './rpc/rpc.options.js';
export { RpcSessionStore, type RpcSessionStoreOptions } from './rpc/rpc-session.store.js';
export { SessionCounters } from './store/session-counters.js';

// A star export: an app extends `SecurityEvents`.
export * from './audit/security-event.js';
export { NestSecurityLog } from './audit/nest-security.log.js';
export { NO_SECURITY_LOG } from './audit/no-security.log.js';
export { SecurityLog } from './audit/security.log.js';

export { OnSessionEvent } from './events/on-session-event.decorator.js';
export type { SessionEvent, SessionEventCause, SessionEventType } from './events/session-event.js';
export { isEventPosition } from './events/session-event.log.js';
export { SessionEvents } from './events/session-events.js';
export { SessionEventsModule } from './events/session-events.module.js';
export type { SessionEventsModuleOptions } from './events/session-events.module-definition.js';

export type { AccessCatalogue, AccessRoute, AccessRouter } from './access/access-catalogue.js';
export { AccessCatalogueReader } from './access/access-catalogue.reader.js';
export { AccessCatalogueStore, type PublishedCatalogue } from './access/access-catalogue.store.js';
export { AccessCatalogueWriter } from './access/access-catalogue.writer.js';
export {
  type AccessDemand,
  AccessDirectory,
  type AccessLookUp,
  type AccessServiceState,
  type ListedRoute,
} from './access/access-directory.js';
export { type AccessMatch, AccessMatcher } from './access/access-matcher.js';
export { SessionAccessModule } from './access/session-access.module.js';
export type { SessionAccessModuleOptions } from './access/session-access.options.js';

export { createSessionManager } from './issuer/create-session-manager.js';
export { SessionIssuerModule } from './issuer/session-issuer.module.js';
export {
  SessionIssuerOptions,
  type SessionIssuerModuleOptions,
} from './issuer/session-issuer.options.js';
export {
  type CauseOfEnd,
  type IssuedSession,
  type ListOptions,
  type NewSession,
  type RotateOptions,
  SessionManager,
} from './issuer/session.manager.js';
export { toRotationGrace } from './issuer/rotation-grace.js';

export type { GatewayLimits, GatewayOptions } from './identity/gateway.options.js';
export { GatewaySessionSource } from './identity/gateway-session.source.js';
export { IdentitySigner, type SignOptions } from './identity/identity-signer.js';
export type { PublishedKey } from './identity/published-key.js';
export { SessionIdentityModule } from './identity/session-identity.module.js';
export {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './identity/session-identity.options.js';

export { SessionError, type SessionErrorCode } from './errors/session-error.js';
export {
  type Reauthentication,
  reauthenticationRequired,
} from './errors/reauthentication-required.js';
export { InvalidSessionError } from './errors/invalid-session.error.js';
export { RequestEndedError } from './errors/request-ended.error.js';
export { SessionDataFullError } from './errors/session-data-full.error.js';
export { SessionDataExistsError } from './errors/session-data-exists.error.js';
export { roleRequired, SessionException, sessionRequired } from './errors/session-exception.js';
export { SessionOptionsError } from './errors/session-options.error.js';
export { SessionStoreUnavailableError } from './errors/session-store-unavailable.error.js';
export { AmbiguousTokenError } from './errors/ambiguous-token.error.js';
export { UnsafeRedisError } from './errors/unsafe-redis.error.js';
