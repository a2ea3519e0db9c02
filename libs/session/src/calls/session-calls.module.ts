import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { OnBehalfInterceptor } from './on-behalf.interceptor.js';
import { SessionCalls } from './session-calls.js';

/**
 * Provides {@link SessionCalls}, for services that call other services. Import it next to `SessionModule`.
 */
@Module({
  providers: [SessionCalls, { provide: APP_INTERCEPTOR, useClass: OnBehalfInterceptor }],
  exports: [SessionCalls],
})
export class SessionCallsModule {}
