import { Module } from '@nestjs/common';
import { SecurityLog } from '../audit/security.log.js';
import { BindingCheck } from './binding-check.js';
import { BindingSignals } from './binding-signals.js';
import { type BindingOptions, bindingRulesOf } from './binding.options.js';
import { SameClientCheck } from './same-client.check.js';
import {
  ConfigurableModuleClass,
  SESSION_BINDING_MODULE_OPTIONS,
} from './session-binding.module-definition.js';

/**
 * Compares the client of each request with the client that signed in, by user agent and network. Import it next
 * to `SessionModule`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionBindingModule.forRoot({ userAgent: 'reauthenticate', network: 'report' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: BindingCheck,
      inject: [SESSION_BINDING_MODULE_OPTIONS, SecurityLog],
      useFactory: (options: BindingOptions, audit: SecurityLog) => {
        const rules = bindingRulesOf(options);
        return new BindingCheck(rules, new BindingSignals(audit, rules.onSignal));
      },
    },
    SameClientCheck,
  ],
  exports: [BindingCheck],
})
export class SessionBindingModule extends ConfigurableModuleClass {}
