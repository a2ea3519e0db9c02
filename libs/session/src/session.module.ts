import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Sessions } from './attributes/sessions.js';
import { DenialAudit } from './audit/denial-audit.js';
import { NestSecurityLog } from './audit/nest-security.log.js';
import { SecurityLog } from './audit/security.log.js';
import { SessionOptionsError } from './errors/session-options.error.js';
import { Denials } from './guard/denials.js';
import { IncomingCalls } from './guard/incoming-calls.js';
import { SessionChecks } from './guard/session-checks.js';
import { SessionExceptionFilter } from './guard/session-exception.filter.js';
import { SessionTransports } from './guard/session-transports.js';
import { SESSION_OPTIONS } from './options/session-options.token.js';
import { type SessionModuleOptions, SessionOptions } from './options/session.options.js';
import { AccessRules } from './roles/access-rules.js';
import { SessionAuthorizer } from './roles/session-authorizer.js';
import { ConfigurableModuleClass, SESSION_MODULE_OPTIONS } from './session.module-definition.js';
import { FEATURE_SOURCE, type FeatureSource } from './source/feature-source.token.js';
import { SessionSource } from './source/session.source.js';
import { StoredSessionSource } from './source/stored-session.source.js';
import { FEATURE_STORE, type FeatureStore } from './store/feature-store.token.js';
import { NoSessionStore } from './store/no-session.store.js';
import { RedisConnection } from './store/redis-connection.js';
import { RedisSessionStore } from './store/redis-session.store.js';
import { SessionCounters } from './store/session-counters.js';
import { SessionStore } from './store/session.store.js';
import { STORE_OVERRIDE, type StoreOverride } from './store/store-override.token.js';
import { SessionCookie } from './token/session-cookie.js';
import { TokenExtractor } from './token/token-extractor.js';

const override = { token: STORE_OVERRIDE, optional: true };

const connection: Provider = {
  provide: RedisConnection,
  // Injects the resolved options, so that an invalid option fails before the module connects.
  inject: [
    SESSION_MODULE_OPTIONS,
    SESSION_OPTIONS,
    { token: FEATURE_STORE, optional: true },
    override,
  ],
  useFactory: (
    options: SessionModuleOptions,
    _: SessionOptions,
    feature?: FeatureStore,
    other?: StoreOverride,
  ) => {
    if (other) return 'redis' in other ? RedisConnection.open(other) : RedisConnection.none();
    return feature === undefined && (options.client ?? options.redis)
      ? RedisConnection.open(options)
      : RedisConnection.none();
  },
};

const store: Provider = {
  provide: SessionStore,
  inject: [
    SESSION_MODULE_OPTIONS,
    SESSION_OPTIONS,
    RedisConnection,
    SessionCounters,
    { token: FEATURE_STORE, optional: true },
    override,
  ],
  useFactory: async (
    { store: own, nearCache = false }: SessionModuleOptions,
    { touchInterval }: SessionOptions,
    redis: RedisConnection,
    counters: SessionCounters,
    openFeature?: FeatureStore,
    other?: StoreOverride,
  ): Promise<SessionStore> => {
    if (other && 'store' in other) return other.store;
    if (!other && openFeature) return openFeature();
    if (!other && own) return own;
    if (!redis.isConfigured) return new NoSessionStore();
    const stored = new RedisSessionStore(redis.client, touchInterval, counters);
    if (nearCache === false) return stored;
    const { openNearCache } = await import('./near-cache/open-near-cache.js');
    return openNearCache(redis.client, stored, nearCache);
  },
};

const source: Provider = {
  provide: SessionSource,
  inject: [
    SESSION_MODULE_OPTIONS,
    TokenExtractor,
    SessionStore,
    { token: FEATURE_SOURCE, optional: true },
    override,
  ],
  useFactory: (
    { source: own }: SessionModuleOptions,
    tokens: TokenExtractor,
    sessions: SessionStore,
    openFeature?: FeatureSource,
    other?: StoreOverride,
  ): SessionSource => {
    if (other) return new StoredSessionSource(tokens, sessions);
    if (own && openFeature) {
      throw new SessionOptionsError(
        `SessionModule was given a 'source', and SessionGatewayModule provides another. Leave one of them out.`,
      );
    }
    if (own) return own;
    if (openFeature) return openFeature();
    if (!(sessions instanceof NoSessionStore)) return new StoredSessionSource(tokens, sessions);
    throw new SessionOptionsError(
      `SessionModule does not know where sessions are kept. Give it a 'client', 'redis', 'store' or 'source', or import SessionRpcModule or SessionGatewayModule.`,
    );
  },
};

/**
 * Central sessions for a service. With this module imported, every route needs a live session, unless it is
 * `@Public()`. The module is global.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL, requiredRole: 'orders' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: SESSION_OPTIONS,
      inject: [SESSION_MODULE_OPTIONS],
      useFactory: (options: SessionModuleOptions) => new SessionOptions(options),
    },
    connection,
    store,
    source,
    IncomingCalls,
    SessionTransports,
    SessionChecks,
    SessionCounters,
    AccessRules,
    TokenExtractor,
    SessionCookie,
    Sessions,
    {
      provide: SecurityLog,
      inject: [SESSION_MODULE_OPTIONS],
      useFactory: ({ securityLog }: SessionModuleOptions): SecurityLog =>
        securityLog ?? new NestSecurityLog(),
    },
    DenialAudit,
    Denials,
    SessionExceptionFilter,
    { provide: APP_FILTER, useExisting: SessionExceptionFilter },
  ],
  exports: [
    SESSION_OPTIONS,
    RedisConnection,
    SessionStore,
    SessionSource,
    IncomingCalls,
    SessionTransports,
    SessionChecks,
    SessionCounters,
    AccessRules,
    SessionAuthorizer,
    TokenExtractor,
    SessionCookie,
    Sessions,
    SecurityLog,
    Denials,
    SessionExceptionFilter,
  ],
})
export class SessionModule extends ConfigurableModuleClass {}
