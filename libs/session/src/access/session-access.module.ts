import { Module } from '@nestjs/common';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionCounters } from '../store/session-counters.js';
import { AccessCatalogueStore } from './access-catalogue.store.js';
import { AccessDirectory } from './access-directory.js';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store.js';
import {
  ConfigurableModuleClass,
  SESSION_ACCESS_MODULE_OPTIONS,
} from './session-access.module-definition.js';
import { type SessionAccessModuleOptions, SessionAccessOptions } from './session-access.options.js';

/**
 * Provides the route requirements of all services, for the app that authorizes requests in front of them.
 * Import it next to `SessionModule`. Modules that import it can inject `AccessDirectory`.
 *
 * ```ts
 * SessionAccessModule.forRoot({ services: ['auth', 'orders', 'products'] })
 * ```
 */
@Module({
  providers: [
    {
      provide: SessionAccessOptions,
      inject: [SESSION_ACCESS_MODULE_OPTIONS],
      useFactory: (options: SessionAccessModuleOptions) => new SessionAccessOptions(options),
    },
    {
      provide: AccessCatalogueStore,
      inject: [RedisConnection, SessionCounters],
      useFactory: (connection: RedisConnection | null, counters: SessionCounters) => {
        if (connection) return new RedisAccessCatalogueStore(connection.client, counters);
        throw new SessionOptionsError(
          `SessionAccessModule reads what services publish in Redis. Give SessionModule a 'client' or 'redis'.`,
        );
      },
    },
    AccessDirectory,
  ],
  exports: [AccessDirectory],
})
export class SessionAccessModule extends ConfigurableModuleClass {}
