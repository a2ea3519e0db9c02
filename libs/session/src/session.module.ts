import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { Cluster } from 'ioredis';
import { Sessions } from './additions/sessions';
import { NearCachedSessionStore } from './cache/near-cached-session.store';
import { MemorySessionEventLog } from './events/memory-session-event.log';
import { RedisSessionEventLog } from './events/redis-session-event.log';
import { SessionEventHandlers } from './events/session-event-handlers';
import { SessionEventLog } from './events/session-event.log';
import { SessionEvents } from './events/session-events';
import { SessionOptionsError } from './errors/session-options.error';
import { SessionExceptionFilter } from './guard/session-exception.filter';
import { SESSION_OPTIONS } from './options/session-options.token';
import { type SessionModuleOptions, SessionOptions } from './options/session.options';
import { AccessRules } from './roles/access-rules';
import { ConfigurableModuleClass, SESSION_MODULE_OPTIONS } from './session.module-definition';
import { RedisConnection } from './store/redis-connection';
import { RedisSessionStore } from './store/redis-session.store';
import { SessionCounters } from './store/session-counters';
import { SessionStore } from './store/session.store';
import { SessionCookie } from './token/session-cookie';
import { TokenExtractor } from './token/token-extractor';

/** `connection` is null only where a store was given. */
const store: Provider = {
  provide: SessionStore,
  inject: [SESSION_MODULE_OPTIONS, SESSION_OPTIONS, RedisConnection, SessionCounters],
  useFactory: (
    given: SessionModuleOptions,
    options: SessionOptions,
    connection: RedisConnection,
    counters: SessionCounters,
  ): SessionStore => {
    if (given.store) return given.store;
    const { client } = connection;
    const redis = new RedisSessionStore(client, options.touchInterval, counters);
    if (!options.nearCache) return redis;
    if (client instanceof Cluster && client.options.scaleReads !== 'master') {
      throw new SessionOptionsError(
        `nearCache: what is read from replicas may be older than what Redis has told of. Leave 'scaleReads' out of the Cluster's options.`,
      );
    }
    return new NearCachedSessionStore(client, redis, options.nearCache, counters.nearCache);
  },
};

/**
 * Central sessions for a service: with this module imported every route needs a live session, unless
 * it is `@Public()`. It is global.
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
      // The resolved options are asked for so that a mistake in them is told before connecting.
      inject: [SESSION_MODULE_OPTIONS, SESSION_OPTIONS],
      useFactory: (options: SessionModuleOptions) =>
        options.store ? null : RedisConnection.open(options),
    },
    store,
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
    { provide: APP_FILTER, useClass: SessionExceptionFilter },
  ],
  exports: [
    SESSION_OPTIONS,
    RedisConnection,
    SessionStore,
    SessionCounters,
    TokenExtractor,
    SessionCookie,
    Sessions,
    SessionEventLog,
    SessionEvents,
  ],
})
export class SessionModule extends ConfigurableModuleClass {}
