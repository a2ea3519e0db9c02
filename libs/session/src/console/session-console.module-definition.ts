import { ConfigurableModuleBuilder } from '@nestjs/common';
import { consoleDataController } from './console-data.controller.js';
import { CONSOLE_MOUNT, type ConsoleMount } from './console-mount.token.js';
import { consolePagesController } from './console-pages.controller.js';
import type { SessionConsoleOptions } from './console.options.js';

const DEFAULTS: ConsoleMount = { route: '/sessions', api: '/admin', role: 'admin' };

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_CONSOLE_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionConsoleOptions>({ moduleName: 'SessionConsole' })
    .setClassMethodName('forRoot')
    .setExtras(DEFAULTS, (definition, mount) => ({
      ...definition,
      controllers: [
        consolePagesController(mount.route),
        consoleDataController(mount.api, mount.role),
      ],
      providers: [...(definition.providers ?? []), { provide: CONSOLE_MOUNT, useValue: mount }],
    }))
    .build();
