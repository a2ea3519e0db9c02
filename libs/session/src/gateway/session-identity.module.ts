import { Module } from '@nestjs/common';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { RedisConnection } from '../store/redis-connection.js';
import { IdentityKeyRegistry } from './identity-key.registry.js';
import { IdentityKeys } from './identity-keys.js';
import { IdentitySigner } from './identity-signer.js';
import {
  ConfigurableModuleClass,
  SESSION_IDENTITY_MODULE_OPTIONS,
} from './session-identity.module-definition.js';
import {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './session-identity.options.js';

/**
 * Signs identities for services behind a gateway (`SessionGatewayModule`). Import it in the app that knows
 * the sessions, next to `SessionModule`, whose Redis it uses. Only the modules that import it can inject
 * `IdentitySigner`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionIdentityModule.forRoot({ lifetime: '30s' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: SessionIdentityOptions,
      inject: [SESSION_IDENTITY_MODULE_OPTIONS],
      useFactory: (options: SessionIdentityModuleOptions) => new SessionIdentityOptions(options),
    },
    {
      provide: IdentityKeyRegistry,
      inject: [RedisConnection],
      useFactory: (connection: RedisConnection) => {
        if (connection.isConfigured) return new IdentityKeyRegistry(connection.client);
        throw new SessionOptionsError(
          `SessionIdentityModule publishes its keys in Redis. Give SessionModule a 'client' or 'redis'.`,
        );
      },
    },
    IdentityKeys,
    IdentitySigner,
  ],
  exports: [IdentitySigner],
})
export class SessionIdentityModule extends ConfigurableModuleClass {}
