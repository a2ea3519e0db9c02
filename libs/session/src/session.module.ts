import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { Cluster } from 'ioredis';
import { AccessCataloguePublisher } from './access/access-catalogue.publisher.js';
import { AccessCatalogueReader } from './access/access-catalogue.reader.js';
import { AccessCatalogueWriter } from './access/access-catalogue.writer.js';
import { RedisAccessCatalogueStore } from './access/redis-access-catalogue.store.js';
import { Sessions } from './attributes/sessions.js';
import { DenialAudit } from './audit/denial-audit.js';
import { NestSecurityLog } from './audit/nest-security.log.js';
import { SecurityLog } from './audit/security.log.js';
import { BindingCheck } from './binding/binding-check.js';
import { BindingSignals } from './binding/binding-signals.js';
import { NearCachedSessionStore } from './near-cache/near-cached-session.store.js';
import { CallTokens } from './calls/call-tokens.js';
import { IncomingCalls } from './calls/incoming-calls.js';
import { MemorySessionEventLog } from './events/memory-session-event.log.js';
import { RedisSessionEventLog } from './events/redis-session-event.log.js';
import { SessionEventHandlers } from './events/session-event-handlers.js';
import { SessionEventLog } from './events/session-event.log.js';
import { SessionEvents } from './events/session-events.js';
import { SessionOptionsError } from './errors/session-options.error.js';
import { Denials } from './guard/denials.js';
import { SessionExceptionFilter } from './guard/session-exception.filter.js';
import { GatewaySessionSource } from './gateway/gateway-session.source.js';
import { SESSION_OPTIONS } from './options/session-options.token.js';
import { type SessionModuleOptions, SessionOptions } from './options/session.options.js';
import { AccessRules } from './roles/access-rules.js';
import { ConfigurableModuleClass, SESSION_MODULE_OPTIONS } from './session.module-definition.js';
import { IntrospectionCalls } from './rpc/introspection-calls.js';
import { loadIntrospectionClient } from './rpc/load-introspection-client.js';
import { RpcAccessCatalogueWriter } from './rpc/rpc-access-catalogue.writer.js';
import { RpcSessionStore } from './rpc/rpc-session.store.js';
import { SessionSource } from './source/session.source.js';
import { StoredSessionSource } from './source/stored-session.source.js';
import { RedisConnection } from './store/redis-connection.js';
import { RedisSessionStore } from './store/redis-session.store.js';
import { SessionCounters } from './store/session-counters.js';
import { SessionStore } from './store/session.store.js';
import { SessionCookie } from './token/session-cookie.js';
import { TokenExtractor } from './token/token-extractor.js';

/** `null` when this service asks no other service. */
const introspection: Provider = {
  provide: IntrospectionCalls,
  inject: [SESSION_OPTIONS, CallTokens, SessionCounters],
  useFactory: (
    { rpc }: SessionOptions,
    tokens: CallTokens | null,
    counters: SessionCounters,
  ): IntrospectionCalls | null => {
    if (rpc === null || tokens === null) return null;
    const { openIntrospectionClient } = loadIntrospectionClient();
    return new IntrospectionCalls(openIntrospectionClient(rpc, tokens), rpc, counters.rpc);
  },
};

/** `null` when the source keeps no sessions; `connection` is `null` unless Redis is the source. */
const store: Provider = {
  provide: SessionStore,
  inject: [
    SESSION_MODULE_OPTIONS,
    SESSION_OPTIONS,
    RedisConnection,
    IntrospectionCalls,
    SessionCounters,
  ],
  useFactory: (
    given: SessionModuleOptions,
    options: SessionOptions,
    connection: RedisConnection | null,
    calls: IntrospectionCalls | null,
    counters: SessionCounters,
  ): SessionStore | null => {
    const { service = '', touchInterval, rpc } = options;
    if (rpc && calls) {
      return new RpcSessionStore(calls, { service, touchInterval, cache: rpc.cache }, counters);
    }
    if (connection === null) return given.store ?? null;
    const { client } = connection;
    const redis = new RedisSessionStore(client, touchInterval, counters);
    if (!options.nearCache) return redis;
    if (client instanceof Cluster && client.options.scaleReads !== 'master') {
      throw new SessionOptionsError(
        `nearCache: what is read from replicas may be older than what Redis has told of. Leave 'scaleReads' out of the Cluster's options.`,
      );
    }
    return new NearCachedSessionStore(client, redis, options.nearCache, counters.nearCache);
  },
};

const source: Provider = {
  provide: SessionSource,
  inject: [SESSION_MODULE_OPTIONS, SESSION_OPTIONS, TokenExtractor, SessionStore],
  useFactory: (
    given: SessionModuleOptions,
    { gateway }: SessionOptions,
    tokens: TokenExtractor,
    sessions: SessionStore | null,
  ): SessionSource => {
    if (given.source instanceof SessionSource) return given.source;
    if (gateway) return new GatewaySessionSource(gateway);
    if (sessions) return new StoredSessionSource(tokens, sessions);
    throw new SessionOptionsError(`Give SessionModule a 'client', 'redis', 'store' or 'source'.`);
  },
};

/** `null` when calls are not signed. */
const callTokens: Provider = {
  provide: CallTokens,
  inject: [SESSION_OPTIONS],
  useFactory: ({ service, callKeys }: SessionOptions): CallTokens | null =>
    service !== undefined && callKeys ? new CallTokens(service, callKeys) : null,
};

/** `null` when clients are not compared. */
const binding: Provider = {
  provide: BindingCheck,
  inject: [SESSION_OPTIONS, SecurityLog],
  useFactory: ({ binding: rules }: SessionOptions, audit: SecurityLog): BindingCheck | null =>
    rules && new BindingCheck(rules, new BindingSignals(audit, rules.onSignal)),
};

/**
 * Central sessions for a service. With this module imported, every route needs a live session, unless it is
 * `@Public()`. The module is global.
 *
 * ```ts
 * SessionModule.forRoot({ redis: process.env.REDIS_URL, requiredRole: 'orders' })
 * ```
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: SESSION_OPTIONS,
      inject: [SESSION_MODULE_OPTIONS],
      useFactory: (options: SessionModuleOptions) => new SessionOptions(options),
    },
    {
      provide: RedisConnection,
      // Injects the resolved options, so that an invalid option fails before the module connects.
      inject: [SESSION_MODULE_OPTIONS, SESSION_OPTIONS],
      useFactory: ({ source = 'redis', ...options }: SessionModuleOptions) =>
        source !== 'redis' || options.store ? null : RedisConnection.open(options),
    },
    introspection,
    store,
    source,
    callTokens,
    IncomingCalls,
    binding,
    SessionCounters,
    AccessRules,
    TokenExtractor,
    SessionCookie,
    Sessions,
    {
      provide: SessionEventLog,
      inject: [RedisConnection],
      useFactory: (connection: RedisConnection | null) =>
        connection ? new RedisSessionEventLog(connection.client) : new MemorySessionEventLog(),
    },
    SessionEvents,
    SessionEventHandlers,
    {
      provide: AccessCatalogueWriter,
      inject: [RedisConnection, IntrospectionCalls],
      useFactory: (
        connection: RedisConnection | null,
        calls: IntrospectionCalls | null,
      ): AccessCatalogueWriter | null => {
        if (connection) return new RedisAccessCatalogueStore(connection.client);
        return calls && new RpcAccessCatalogueWriter(calls);
      },
    },
    AccessCatalogueReader,
    AccessCataloguePublisher,
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
    CallTokens,
    IncomingCalls,
    BindingCheck,
    AccessCatalogueWriter,
    SessionCounters,
    TokenExtractor,
    SessionCookie,
    Sessions,
    SessionEventLog,
    SessionEvents,
    SecurityLog,
    Denials,
    SessionExceptionFilter,
  ],
})
export class SessionModule extends ConfigurableModuleClass {}
