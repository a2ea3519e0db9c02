import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CallOptions } from './call.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_CALLS_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<CallOptions>({ moduleName: 'SessionCalls' })
    .setClassMethodName('forRoot')
    .build();
