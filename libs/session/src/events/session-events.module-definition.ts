import { ConfigurableModuleBuilder } from '@nestjs/common';

export interface SessionEventsModuleOptions {
  /**
   * The `position` of the last event that was handled, wherever the service keeps it.
   * @default null (what happens from now on)
   */
  after?: string | null;
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: SESSION_EVENTS_MODULE_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<SessionEventsModuleOptions>({ moduleName: 'SessionEvents' })
  .setClassMethodName('forRoot')
  .build();
