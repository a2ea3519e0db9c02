import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionTracingOptions } from './session-tracing.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_TRACING_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionTracingOptions>({ moduleName: 'SessionTracing' })
    .setClassMethodName('forRoot')
    .build();
