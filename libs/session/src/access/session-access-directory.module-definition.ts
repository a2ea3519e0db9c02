import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionAccessDirectoryOptions } from './session-access-directory.options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: SESSION_ACCESS_DIRECTORY_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<SessionAccessDirectoryOptions>({
  moduleName: 'SessionAccessDirectory',
})
  .setClassMethodName('forRoot')
  .build();
