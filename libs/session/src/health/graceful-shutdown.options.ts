import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Duration } from '../options/duration.js';

/** Options of `GracefulShutdownModule`. */
export interface GracefulShutdownOptions {
  /**
   * How long the application may take to end, from the signal on. What is not served by then is cut.
   * @default '10s'
   */
  deadline?: Duration;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: GRACEFUL_SHUTDOWN_OPTIONS } =
  new ConfigurableModuleBuilder<GracefulShutdownOptions>({ moduleName: 'GracefulShutdown' })
    .setClassMethodName('forRoot')
    .build();
