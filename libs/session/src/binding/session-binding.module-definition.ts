import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { BindingOptions } from './binding.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_BINDING_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<BindingOptions>({ moduleName: 'SessionBinding' })
    .setClassMethodName('forRoot')
    .build();
