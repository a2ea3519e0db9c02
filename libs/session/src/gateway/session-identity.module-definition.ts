import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionIdentityModuleOptions } from './session-identity.options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: SESSION_IDENTITY_MODULE_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<SessionIdentityModuleOptions>({ moduleName: 'SessionIdentity' })
  .setClassMethodName('forRoot')
  .build();
