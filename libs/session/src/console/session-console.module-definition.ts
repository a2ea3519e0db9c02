import { ConfigurableModuleBuilder } from '@nestjs/common';
import { consoleAccountController } from './console-account.controller.js';
import { consoleDataController } from './console-data.controller.js';
import { CONSOLE_MOUNT, type ConsoleExtras, mountOf } from './console-mount.token.js';
import { consolePagesController } from './console-pages.controller.js';
import { consoleSessionsController } from './console-sessions.controller.js';
import type { SessionConsoleOptions } from './console.options.js';

/** Nest takes the names of this object out of the options. */
const EXTRAS: Record<keyof ConsoleExtras, undefined> = {
  route: undefined,
  api: undefined,
  account: undefined,
  role: undefined,
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_CONSOLE_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionConsoleOptions>({ moduleName: 'SessionConsole' })
    .setClassMethodName('forRoot')
    .setExtras<ConsoleExtras>(EXTRAS, (definition, extras) => {
      const mount = mountOf(extras);
      return {
        ...definition,
        controllers: [
          ...(mount.hasOwnAccount ? [consoleAccountController(mount.account)] : []),
          ...(mount.hasOwnApi ? [consoleSessionsController(mount.api, mount.role)] : []),
          consoleDataController(mount.api, mount.role),
          // The last one: its places have parameters, and Express takes the first route that matches.
          consolePagesController(mount.route),
        ],
        providers: [...(definition.providers ?? []), { provide: CONSOLE_MOUNT, useValue: mount }],
      };
    })
    .build();
