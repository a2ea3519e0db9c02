import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { OnBehalfInterceptor } from './on-behalf.interceptor.js';
import { SessionCalls } from './session-calls.js';

/** Provides {@link SessionCalls}; for services that call others. It stands beside `SessionModule`. */
@Module({
  providers: [SessionCalls, { provide: APP_INTERCEPTOR, useClass: OnBehalfInterceptor }],
  exports: [SessionCalls],
})
export class SessionCallsModule {}
