import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionIssuerModuleOptions } from './session-issuer.options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: SESSION_ISSUER_MODULE_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<SessionIssuerModuleOptions>({ moduleName: 'SessionIssuer' })
  .setClassMethodName('forRoot')
  .build();
