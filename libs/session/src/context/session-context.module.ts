import { Global, Module, type NestModule } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { CurrentCarrier } from './current-carrier.js';
import { enterHttpRequests } from './enter-http-requests.js';
import { SessionContextInterceptor } from './session-context.interceptor.js';
import { SessionContext } from './session-context.js';

/**
 * Provides {@link SessionContext} in every module. Import it once, next to `SessionModule`.
 *
 * ```ts
 * imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL }), SessionContextModule];
 * ```
 */
@Global()
@Module({
  providers: [
    CurrentCarrier,
    SessionContext,
    { provide: APP_INTERCEPTOR, useClass: SessionContextInterceptor },
  ],
  exports: [SessionContext],
})
export class SessionContextModule implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly carriers: CurrentCarrier,
  ) {}

  /** Called before Nest registers the routes, so that all of them are covered. */
  configure(): void {
    enterHttpRequests(this.adapterHost.httpAdapter, this.carriers);
  }
}
