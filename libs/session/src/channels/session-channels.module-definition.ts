import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ChannelOptions } from './channel.options.js';

/** Injects the options, which `ChannelRegistryModule` reads: the module is global. */
export const SESSION_CHANNELS_MODULE_OPTIONS = Symbol('nest-sessions:channels-module-options');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ChannelOptions>({
  moduleName: 'SessionChannels',
  optionsInjectionToken: SESSION_CHANNELS_MODULE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({
    ...definition,
    global: true,
    exports: [SESSION_CHANNELS_MODULE_OPTIONS],
  }))
  .build();
