import { Global, Module } from '@nestjs/common';
import { RedisConnection } from '../store/redis-connection.js';
import { reportOfProcess } from '../store/process-report.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { STORE_OVERRIDE, type StoreOverride } from '../store/store-override.token.js';
import { AccessCataloguePublisher } from './access-catalogue.publisher.js';
import { AccessCatalogueReader } from './access-catalogue.reader.js';
import { AccessCatalogueWriter } from './access-catalogue.writer.js';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store.js';
import { InstanceReporter } from './instance-reporter.js';
import { REMOTE_CATALOGUE_WRITER } from './remote-catalogue-writer.token.js';
import {
  ConfigurableModuleClass,
  SESSION_ACCESS_MODULE_OPTIONS,
} from './session-access.module-definition.js';
import { type SessionAccessModuleOptions, SessionAccessOptions } from './session-access.options.js';
import { UnpublishedCatalogues } from './unpublished-catalogues.js';

/**
 * Publishes the route requirements of this service at start, for gateways and administrators. Import it next to
 * `SessionModule`, which needs `service`. The Redis user needs rights on `access:<service>`. A service without
 * Redis publishes through `SessionRpcModule`. The module is global.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'orders' }),
 *     SessionAccessModule.forRoot({}),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Global()
@Module({
  providers: [
    {
      provide: SessionAccessOptions,
      inject: [SESSION_ACCESS_MODULE_OPTIONS],
      useFactory: (options: SessionAccessModuleOptions) => new SessionAccessOptions(options),
    },
    {
      provide: AccessCatalogueWriter,
      inject: [
        RedisConnection,
        { token: REMOTE_CATALOGUE_WRITER, optional: true },
        { token: STORE_OVERRIDE, optional: true },
      ],
      useFactory: (
        connection: RedisConnection,
        remote?: AccessCatalogueWriter,
        override?: StoreOverride,
      ): AccessCatalogueWriter => {
        if (connection.isConfigured) return new RedisAccessCatalogueStore(connection.client);
        if (override) return new UnpublishedCatalogues({ isExpected: true });
        return remote ?? new UnpublishedCatalogues();
      },
    },
    AccessCatalogueReader,
    {
      provide: InstanceReporter,
      inject: [RedisConnection, SessionStore, SessionCounters],
      useFactory: (...parts: Parameters<typeof reportOfProcess>) =>
        new InstanceReporter(() => reportOfProcess(...parts)),
    },
    AccessCataloguePublisher,
  ],
  exports: [AccessCatalogueReader, AccessCatalogueWriter],
})
export class SessionAccessModule extends ConfigurableModuleClass {}
