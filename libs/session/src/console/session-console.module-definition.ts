import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionConsoleOptions } from './console.options.js';
import { consolePagesController } from './console-pages.controller.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_CONSOLE_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionConsoleOptions>({ moduleName: 'SessionConsole' })
    .setClassMethodName('forRoot')
    .setExtras({ route: '/sessions' }, (definition, { route }) => ({
      ...definition,
      controllers: [consolePagesController(route)],
    }))
    .build();
