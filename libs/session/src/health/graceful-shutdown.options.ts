import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Duration } from '../common/duration.js';

/** Options of `GracefulShutdownModule`. */
export interface GracefulShutdownOptions {
  /**
   * Time that the application has to end, from the signal on. Requests not served by then are cut.
   * @default '10s'
   */
  deadline?: Duration;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: GRACEFUL_SHUTDOWN_OPTIONS } =
  new ConfigurableModuleBuilder<GracefulShutdownOptions>({ moduleName: 'GracefulShutdown' })
    .setClassMethodName('forRoot')
    .build();
