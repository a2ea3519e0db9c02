import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Sessions } from './attributes/sessions.js';
import { DenialAudit } from './audit/denial-audit.js';
import { NestSecurityLog } from './audit/nest-security.log.js';
import { SecurityEventFeed } from './audit/security-event.feed.js';
import { SecurityLog } from './audit/security.log.js';
import { SessionOptionsError } from './errors/session-options.error.js';
import { Denials } from './guard/denials.js';
import { IncomingCalls } from './guard/incoming-calls.js';
import { SESSION_GUARD } from './guard/session-guard.token.js';
import { SessionChecks } from './guard/session-checks.js';
import { SessionExceptionFilter } from './guard/session-exception.filter.js';
import { SessionTransports } from './guard/session-transports.js';
import { SessionInstruments } from './instruments/session-instruments.js';
import { SESSION_OPTIONS } from './options/session-options.token.js';
import { type SessionModuleOptions, SessionOptions } from './options/session.options.js';
import { AccessRules } from './roles/access-rules.js';
import { SessionAuthorizer } from './roles/session-authorizer.js';
import { ConfigurableModuleClass, SESSION_MODULE_OPTIONS } from './session.module-definition.js';
import { FEATURE_SOURCE, type FeatureSource } from './source/feature-source.token.js';
import { SessionSource } from './source/session.source.js';
import { StoredSessionSource } from './source/stored-session.source.js';
import { describeMissingStore } from './store/describe-missing-store.js';
import { FEATURE_STORE } from './store/feature-store.token.js';
import { NoSessionStore } from './store/no-session.store.js';
import { RedisConnection } from './store/redis-connection.js';
import { RedisSessionStore } from './store/redis-session.store.js';
import { SessionChanges } from './store/session-changes.js';
import { SessionCounters } from './store/session-counters.js';
import { SessionStore } from './store/session.store.js';
import { STORE_CHOICE, type StoreChoice, storeChoiceOf } from './store/store-choice.js';
import { STORE_OVERRIDE, type StoreOverride } from './store/store-override.token.js';
import { TokenExtractor } from './token/token-extractor.js';

const override = { token: STORE_OVERRIDE, optional: true };

const choice: Provider = {
  provide: STORE_CHOICE,
  // Injects the resolved options, so that an invalid option fails before the module connects.
  inject: [
    SESSION_MODULE_OPTIONS,
    { token: FEATURE_STORE, optional: true },
    override,
    SESSION_OPTIONS,
  ],
  useFactory: storeChoiceOf,
};

const connection: Provider = {
  provide: RedisConnection,
  inject: [STORE_CHOICE],
  useFactory: (chosen: StoreChoice) =>
    chosen.kind === 'redis' ? RedisConnection.open(chosen.target) : RedisConnection.none(),
};

const store: Provider = {
  provide: SessionStore,
  inject: [
    STORE_CHOICE,
    SESSION_MODULE_OPTIONS,
    SESSION_OPTIONS,
    RedisConnection,
    SessionCounters,
    SessionChanges,
  ],
  useFactory: async (
    chosen: StoreChoice,
    { nearCache = false }: SessionModuleOptions,
    { touchInterval }: SessionOptions,
    redis: RedisConnection,
    counters: SessionCounters,
    changes: SessionChanges,
  ): Promise<SessionStore> => {
    if (chosen.kind === 'none') return new NoSessionStore();
    if (chosen.kind === 'store') return chosen.open();
    const stored = new RedisSessionStore(redis.client, touchInterval, counters);
    if (nearCache === false) return stored;
    const { openNearCache } = await import('./near-cache/open-near-cache.js');
    return openNearCache(redis.client, stored, nearCache, changes);
  },
};

const source: Provider = {
  provide: SessionSource,
  inject: [
    SESSION_MODULE_OPTIONS,
    TokenExtractor,
    SessionStore,
    STORE_CHOICE,
    { token: FEATURE_SOURCE, optional: true },
    override,
  ],
  useFactory: (
    options: SessionModuleOptions,
    tokens: TokenExtractor,
    sessions: SessionStore,
    chosen: StoreChoice,
    openFeature?: FeatureSource,
    other?: StoreOverride,
  ): SessionSource => {
    const { source: own } = options;
    if (other) return new StoredSessionSource(tokens, sessions);
    if (own && openFeature) {
      throw new SessionOptionsError(
        "SessionModule was given a 'source', and SessionGatewayModule provides another. Leave one of the two out.",
      );
    }
    if (own) return own;
    if (openFeature) return openFeature();
    if (chosen.kind !== 'none') return new StoredSessionSource(tokens, sessions);
    throw new SessionOptionsError(describeMissingStore(options));
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
    choice,
    connection,
    store,
    source,
    IncomingCalls,
    SessionTransports,
    SessionChecks,
    SessionCounters,
    SessionChanges,
    AccessRules,
    TokenExtractor,
    Sessions,
    {
      provide: SecurityLog,
      inject: [SESSION_MODULE_OPTIONS, SecurityEventFeed],
      useFactory: ({ securityLog }: SessionModuleOptions, feed: SecurityEventFeed): SecurityLog =>
        feed.observe(securityLog ?? new NestSecurityLog()),
    },
    SecurityEventFeed,
    SessionInstruments,
    DenialAudit,
    Denials,
    SessionExceptionFilter,
    { provide: APP_FILTER, useExisting: SessionExceptionFilter },
  ],
  exports: [
    SESSION_OPTIONS,
    SESSION_GUARD,
    RedisConnection,
    SessionStore,
    SessionChanges,
    SessionSource,
    IncomingCalls,
    SessionTransports,
    SessionChecks,
    SessionCounters,
    AccessRules,
    SessionAuthorizer,
    TokenExtractor,
    Sessions,
    SecurityLog,
    SecurityEventFeed,
    SessionInstruments,
    Denials,
    SessionExceptionFilter,
  ],
})
export class SessionModule extends ConfigurableModuleClass {}
