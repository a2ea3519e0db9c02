import { Global, Module } from '@nestjs/common';
import { REMOTE_CATALOGUE_WRITER } from '../access/remote-catalogue-writer.token.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { FEATURE_STORE, type FeatureStore } from '../store/feature-store.token.js';
import { IntrospectionCalls } from './introspection-calls.js';
import { openIntrospectionClient } from './open-introspection-client.js';
import { RpcAccessCatalogueWriter } from './rpc-access-catalogue.writer.js';
import { RpcCounters } from './rpc.counters.js';
import { type RpcLimits, rpcLimitsOf, type RpcOptions } from './rpc.options.js';
import { RpcSessionStore } from './rpc-session.store.js';
import {
  ConfigurableModuleClass,
  SESSION_RPC_MODULE_OPTIONS,
} from './session-rpc.module-definition.js';

/** Injects {@link RpcLimits}. */
const RPC_LIMITS = Symbol('nest-sessions:rpc-limits');

/**
 * Asks the service that keeps the sessions, for a service that reaches no Redis. Import it next to
 * `SessionModule` and `SessionCallsModule`, whose secret proves which service asks. The module is global.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ service: 'orders', requiredRole: 'orders' }),
 *     SessionCallsModule.forRoot({ secret: process.env.CALL_SECRET }),
 *     SessionRpcModule.forRoot({
 *       client: { transport: Transport.TCP, options: { host: 'auth', port: 4000 } },
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Global()
@Module({
  providers: [
    {
      provide: RPC_LIMITS,
      inject: [SESSION_RPC_MODULE_OPTIONS, SESSION_OPTIONS],
      useFactory: (options: RpcOptions, { isStored }: SessionOptions) => {
        if (!isStored) return rpcLimitsOf(options);
        throw new SessionOptionsError(
          `SessionRpcModule asks another service for sessions. Leave 'client', 'redis' and 'store' out of SessionModule.`,
        );
      },
    },
    RpcCounters,
    {
      provide: IntrospectionCalls,
      inject: [RPC_LIMITS, { token: CallTokens, optional: true }, RpcCounters, SessionInstruments],
      useFactory: (
        limits: RpcLimits,
        tokens: CallTokens | undefined,
        counters: RpcCounters,
        instruments: SessionInstruments,
      ) => {
        if (tokens?.isSigning) {
          const client = openIntrospectionClient(limits, tokens, instruments);
          return new IntrospectionCalls(client, limits, counters, instruments);
        }
        throw new SessionOptionsError(
          `SessionRpcModule signs its calls. Import SessionCallsModule from 'nest-sessions/calls' with a 'secret'.`,
        );
      },
    },
    {
      provide: FEATURE_STORE,
      inject: [IntrospectionCalls, RPC_LIMITS, SESSION_OPTIONS, RpcCounters],
      useFactory:
        (
          calls: IntrospectionCalls,
          { cache }: RpcLimits,
          { service = '', touchInterval }: SessionOptions,
          counters: RpcCounters,
        ): FeatureStore =>
        () =>
          new RpcSessionStore(calls, { service, touchInterval, cache }, counters),
    },
    {
      provide: REMOTE_CATALOGUE_WRITER,
      inject: [IntrospectionCalls],
      useFactory: (calls: IntrospectionCalls) => new RpcAccessCatalogueWriter(calls),
    },
  ],
  exports: [FEATURE_STORE, REMOTE_CATALOGUE_WRITER, RpcCounters],
})
export class SessionRpcModule extends ConfigurableModuleClass {}
