import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionAccessModuleOptions } from './session-access.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_ACCESS_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionAccessModuleOptions>({ moduleName: 'SessionAccess' })
    .setClassMethodName('forRoot')
    .build();
