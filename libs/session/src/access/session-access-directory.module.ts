import { Module } from '@nestjs/common';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionCounters } from '../store/session-counters.js';
import { AccessCatalogueStore } from './access-catalogue.store.js';
import { AccessDirectory } from './access-directory.js';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store.js';
import {
  ConfigurableModuleClass,
  SESSION_ACCESS_DIRECTORY_OPTIONS,
} from './session-access-directory.module-definition.js';
import {
  type SessionAccessDirectoryOptions,
  AccessDirectoryOptions,
} from './session-access-directory.options.js';

/**
 * Provides the route requirements of all services, for the app that authorizes requests in front of them.
 * Import it next to `SessionModule`. Modules that import it can inject `AccessDirectory`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionAccessDirectoryModule.forRoot({ services: ['auth', 'orders', 'products'] }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: AccessDirectoryOptions,
      inject: [SESSION_ACCESS_DIRECTORY_OPTIONS],
      useFactory: (options: SessionAccessDirectoryOptions) => new AccessDirectoryOptions(options),
    },
    {
      provide: AccessCatalogueStore,
      inject: [RedisConnection, SessionCounters],
      useFactory: (connection: RedisConnection, counters: SessionCounters) => {
        if (connection.isConfigured)
          return new RedisAccessCatalogueStore(connection.client, counters);
        throw new SessionOptionsError(
          "SessionAccessDirectoryModule reads the catalogues that services publish in Redis. Give SessionModule a 'client' or 'redis'.",
        );
      },
    },
    AccessDirectory,
  ],
  exports: [AccessDirectory],
})
export class SessionAccessDirectoryModule extends ConfigurableModuleClass {}
