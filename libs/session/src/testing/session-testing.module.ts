import { type DynamicModule, Module } from '@nestjs/common';
import { STORE_OVERRIDE, type StoreOverride } from '../store/store-override.token.js';
import { MemorySessionStore } from './memory-session.store.js';
import { redisOf, type SessionTestingOptions } from './session-testing.options.js';
import { TestSessions } from './test-sessions.js';

/**
 * Keeps the sessions of a tested application in memory, whatever its `SessionModule` says. Guard, roles,
 * cookies and session events are the real ones. No Redis, no other service and no gateway is reached.
 *
 * Import it next to the modules under test. The module is global, and takes precedence over
 * `SessionRpcModule`, `SessionGatewayModule` and the options of `SessionModule`.
 *
 * @example
 * const module = await Test.createTestingModule({
 *   imports: [AppModule, SessionTestingModule.forRoot()],
 * }).compile();
 * const app = await module.createNestApplication().init();
 * const carol = await signInAs(app, { roles: ['orders'] });
 *
 * @example
 * // The same test with a real Redis.
 * SessionTestingModule.forRoot({ redis: 'redis://localhost:6379' });
 */
@Module({})
export class SessionTestingModule {
  /**
   * Checks the options here, not in a provider: Nest ignores the failure of an optional dependency, and
   * `SessionModule` would connect to the Redis of the application.
   *
   * @throws SessionOptionsError for an unset `redis`
   */
  static forRoot(options: SessionTestingOptions = {}): DynamicModule {
    const redis = redisOf(options);
    return {
      module: SessionTestingModule,
      global: true,
      providers: [
        {
          provide: STORE_OVERRIDE,
          // A store for each application, also where applications share the imports.
          useFactory: (): StoreOverride =>
            redis === null ? { store: new MemorySessionStore() } : { redis },
        },
        TestSessions,
      ],
      exports: [STORE_OVERRIDE],
    };
  }
}
