import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { WebSocketsOptions } from './websockets.options.js';

/** Injects the options, which `GuardedGatewaysModule` reads: the module is global. */
export const SESSION_WEB_SOCKETS_MODULE_OPTIONS = Symbol('nest-sessions:websockets-module-options');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<WebSocketsOptions>({
  moduleName: 'SessionWebSockets',
  optionsInjectionToken: SESSION_WEB_SOCKETS_MODULE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({
    ...definition,
    global: true,
    exports: [SESSION_WEB_SOCKETS_MODULE_OPTIONS],
  }))
  .build();
