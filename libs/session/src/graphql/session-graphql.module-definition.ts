import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionGraphqlOptions } from './session-graphql.options.js';

/** Injects the options, which `GraphqlTransportModule` reads: the module is global. */
export const SESSION_GRAPHQL_MODULE_OPTIONS = Symbol('nest-sessions:graphql-module-options');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<SessionGraphqlOptions>({
  moduleName: 'SessionGraphql',
  optionsInjectionToken: SESSION_GRAPHQL_MODULE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({
    ...definition,
    global: true,
    exports: [SESSION_GRAPHQL_MODULE_OPTIONS],
  }))
  .build();
