import { Module } from '@nestjs/common';
import { SessionEventLogModule } from '../events/session-event-log.module.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { RedisConnection } from '../store/redis-connection.js';
import { openIssuerStore } from './open-issuer-store.js';
import { SessionStore } from '../store/session.store.js';
import {
  ConfigurableModuleClass,
  SESSION_ISSUER_MODULE_OPTIONS,
} from './session-issuer.module-definition.js';
import { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options.js';
import { ExpirySweeper } from './expiry-sweeper.js';
import { SessionCookie } from './session-cookie.js';
import { SessionEventRecorder } from './session-event.recorder.js';
import { SessionManager } from './session.manager.js';

/**
 * Write side of sessions, for the single app that signs users in. Import it in addition to `SessionModule`.
 * Only the modules that import it can inject `SessionManager` and `SessionCookie`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [SessionEventLogModule],
  providers: [
    {
      provide: SessionIssuerOptions,
      inject: [SESSION_ISSUER_MODULE_OPTIONS],
      useFactory: (options: SessionIssuerModuleOptions) => new SessionIssuerOptions(options),
    },
    {
      provide: IssuerSessionStore,
      inject: [SessionStore, RedisConnection, SessionIssuerOptions],
      useFactory: openIssuerStore,
    },
    SessionEventRecorder,
    ExpirySweeper,
    SessionManager,
    SessionCookie,
  ],
  exports: [SessionManager, SessionCookie],
})
export class SessionIssuerModule extends ConfigurableModuleClass {}
