import { ConfigurableModuleBuilder } from '@nestjs/common';

/** Options of `SessionEventsModule`. */
export interface SessionEventsModuleOptions {
  /**
   * `position` of the last event that the service has handled, which the service itself stores.
   * @default null (events from now on)
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
