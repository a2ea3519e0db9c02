import { Global, Module } from '@nestjs/common';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { FEATURE_SOURCE, type FeatureSource } from '../source/feature-source.token.js';
import { type GatewayOptions, gatewayLimitsOf } from './gateway.options.js';
import { GatewaySessionSource } from './gateway-session.source.js';
import {
  ConfigurableModuleClass,
  SESSION_GATEWAY_MODULE_OPTIONS,
} from './session-gateway.module-definition.js';

/**
 * Takes sessions from the signed identity that a gateway sends with each request, for a service behind a
 * gateway. Import it next to `SessionModule`. The module is global.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ service: 'orders', requiredRole: 'orders' }),
 *     SessionGatewayModule.forRoot({ keys: 'http://auth:3000' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Global()
@Module({
  providers: [
    {
      provide: FEATURE_SOURCE,
      inject: [SESSION_GATEWAY_MODULE_OPTIONS, SESSION_OPTIONS],
      useFactory: (options: GatewayOptions, { service }: SessionOptions): FeatureSource => {
        const limits = gatewayLimitsOf(options, service);
        return () => new GatewaySessionSource(limits);
      },
    },
  ],
  exports: [FEATURE_SOURCE],
})
export class SessionGatewayModule extends ConfigurableModuleClass {}
