export { SessionModule } from './session.module';
export type {
  SessionCookieOptions,
  SessionModuleOptions,
  SessionOptions,
} from './options/session.options';
export { SESSION_OPTIONS } from './options/session-options.token';
export {
  type NearCacheLimits,
  nearCacheLimitsOf,
  type NearCacheOptions,
} from './options/near-cache.options';
export type { BindingOptions, BindingReaction, BindingRules } from './options/binding.options';
export { type Duration, toMilliseconds } from './options/duration';
export { type CsrfOptions, isOrigin } from './options/csrf.options';
export { isPlace } from './options/place';
export { isServiceName } from './options/service-name';

export { networkOf, type NetworkSize } from './address/network';
export { withoutPort } from './address/without-port';

export { BindingCheck, type ClientRequest } from './binding/binding-check';
export type { BindingSignal } from './binding/binding-signal';

export {
  ACCEPTS_CHANGED_CLIENT_METADATA,
  AcceptsChangedClient,
} from './roles/accepts-changed-client.decorator';
export { OptionalSession } from './roles/optional-session.decorator';
export { Public, PUBLIC_METADATA } from './roles/public.decorator';
export { REQUIRE_FRESH_METADATA, RequireFresh } from './roles/require-fresh.decorator';
export { isFreshEnough } from './roles/fresh-enough';
export { Roles, ROLES_METADATA } from './roles/roles.decorator';
export { type AccessRule, AccessRules } from './roles/access-rules';

export { ALLOW_SERVICES_METADATA, AllowServices } from './roles/allow-services.decorator';
export { ServicesOnly, SERVICES_ONLY_METADATA } from './roles/services-only.decorator';
export { SessionSource } from './source/session.source';
export { StoredSessionSource } from './source/stored-session.source';
export type { CallOptions } from './calls/call.options';
export { CALL_HEADER } from './token/token-headers';
export {
  CallTokens,
  type ReferredCall,
  type ServiceCall,
  type SignedCall,
} from './calls/call-tokens';
export { IncomingCalls } from './calls/incoming-calls';
export { SessionGuard } from './guard/session.guard';
export { CurrentCaller } from './guard/current-caller.decorator';
export { CurrentSession } from './guard/current-session.decorator';
export { CurrentUser } from './guard/current-user.decorator';
export { callerOf, carrierOf, sessionOf } from './source/request-session';
export { SessionExceptionFilter } from './guard/session-exception.filter';

export { Session, type SessionFields } from './session/session';
// By star: only so can `declare module 'nest-sessions'` extend the interfaces in it.
export * from './session/session-types';

export { Sessions } from './additions/sessions';

export { createToken, isSessionId, isToken, sessionIdOf } from './token/session-token';
export { SessionCookie } from './token/session-cookie';
export { TokenExtractor } from './token/token-extractor';
export { IDENTITY_HEADER, type TokenHeaders, type TokenRequest } from './token/token-headers';

export {
  type Addition,
  type AdditionOutcome,
  type FindOptions,
  SessionStore,
} from './store/session.store';
export { NearCachedSessionStore } from './cache/near-cached-session.store';
export { IssuerSessionStore, type SessionSnapshot } from './store/issuer-session.store';
export { MemorySessionStore } from './store/memory-session.store';
export { RedisSessionStore } from './store/redis-session.store';
export {
  RedisIssuerSessionStore,
  type RedisIssuerSessionStoreOptions,
} from './store/redis-issuer-session.store';
export {
  createRedisClient,
  type RedisClusterTarget,
  type RedisTarget,
  safeClusterOptions,
  safeRedisOptions,
  whenReady,
} from './store/redis-client';
export { redisNodesOptions, redisUrlOptions } from './store/redis-url';
export type { NearCacheCounters } from './store/near-cache.counters';
export type { RpcCounters } from './rpc/rpc.counters';
export type { RpcLimits, RpcOptions } from './rpc/rpc.options';
export { RpcSessionStore, type RpcSessionStoreOptions } from './rpc/rpc-session.store';
export { SessionCounters } from './store/session-counters';

// By star: an app extends `SecurityEvents`.
export * from './audit/security-event';
export { NestSecurityLog } from './audit/nest-security.log';
export { NO_SECURITY_LOG } from './audit/no-security.log';
export { SecurityLog } from './audit/security.log';

export { OnSessionEvent } from './events/on-session-event.decorator';
export type { SessionEvent, SessionEventCause, SessionEventType } from './events/session-event';
export { isEventPosition } from './events/session-event.log';
export { SessionEvents } from './events/session-events';
export { SessionEventsModule } from './events/session-events.module';
export type { SessionEventsModuleOptions } from './events/session-events.module-definition';

export type { AccessCatalogue, AccessRoute, AccessRouter } from './access/access-catalogue';
export { AccessCatalogueReader } from './access/access-catalogue.reader';
export { AccessCatalogueStore, type PublishedCatalogue } from './access/access-catalogue.store';
export { AccessCatalogueWriter } from './access/access-catalogue.writer';
export {
  type AccessDemand,
  AccessDirectory,
  type AccessLookUp,
  type AccessServiceState,
  type ListedRoute,
} from './access/access-directory';
export { type AccessMatch, AccessMatcher } from './access/access-matcher';
export { SessionAccessModule } from './access/session-access.module';
export type { SessionAccessModuleOptions } from './access/session-access.options';

export { createSessionManager } from './issuer/create-session-manager';
export { SessionIssuerModule } from './issuer/session-issuer.module';
export {
  SessionIssuerOptions,
  type SessionIssuerModuleOptions,
} from './issuer/session-issuer.options';
export {
  type CauseOfEnd,
  type IssuedSession,
  type ListOptions,
  type NewSession,
  type RotateOptions,
  SessionManager,
} from './issuer/session.manager';
export { toRotationGrace } from './issuer/rotation-grace';

export type { GatewayLimits, GatewayOptions } from './identity/gateway.options';
export { GatewaySessionSource } from './identity/gateway-session.source';
export { IdentitySigner, type SignOptions } from './identity/identity-signer';
export type { PublishedKey } from './identity/published-key';
export { SessionIdentityModule } from './identity/session-identity.module';
export {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './identity/session-identity.options';

export { SessionError, type SessionErrorCode } from './errors/session-error';
export {
  type Reauthentication,
  reauthenticationRequired,
} from './errors/reauthentication-required';
export { InvalidSessionError } from './errors/invalid-session.error';
export { RequestEndedError } from './errors/request-ended.error';
export { SessionDataFullError } from './errors/session-data-full.error';
export { SessionDataExistsError } from './errors/session-data-exists.error';
export { roleRequired, SessionException, sessionRequired } from './errors/session-exception';
export { SessionOptionsError } from './errors/session-options.error';
export { SessionStoreUnavailableError } from './errors/session-store-unavailable.error';
export { AmbiguousTokenError } from './errors/ambiguous-token.error';
export { UnsafeRedisError } from './errors/unsafe-redis.error';
