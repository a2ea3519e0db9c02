import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { CallVerifier } from '../guard/call-verifier.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { type CallOptions, callKeysOf } from './call.options.js';
import { CallTokens } from './call-tokens.js';
import { MessageTransport } from './message.transport.js';
import { OnBehalfInterceptor } from './on-behalf.interceptor.js';
import {
  ConfigurableModuleClass,
  SESSION_CALLS_MODULE_OPTIONS,
} from './session-calls.module-definition.js';
import { SessionCalls } from './session-calls.js';
import { SignedCallVerifier } from './signed-call.verifier.js';

/**
 * Carries sessions in calls between services, over HTTP and over Nest's microservice transports. Import it in
 * services that call and in services that are called, next to `SessionModule`. The module is global.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'orders' }),
 *     SessionCallsModule.forRoot({ secret: process.env.CALL_SECRET }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Global()
@Module({
  providers: [
    {
      provide: CallTokens,
      inject: [SESSION_CALLS_MODULE_OPTIONS, SESSION_OPTIONS],
      useFactory: (options: CallOptions, { service = '' }: SessionOptions) => {
        const keys = callKeysOf(options);
        if (keys === null || service !== '') return new CallTokens(service, keys);
        throw new SessionOptionsError(
          `SessionCallsModule signs calls with the name of this service. Give SessionModule a 'service', such as 'orders'.`,
        );
      },
    },
    { provide: CallVerifier, useClass: SignedCallVerifier },
    SessionCalls,
    MessageTransport,
    { provide: APP_INTERCEPTOR, useClass: OnBehalfInterceptor },
  ],
  exports: [CallTokens, CallVerifier, SessionCalls],
})
export class SessionCallsModule extends ConfigurableModuleClass {}
