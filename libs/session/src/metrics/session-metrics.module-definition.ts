import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SessionMetricsOptions } from './session-metrics.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_METRICS_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<SessionMetricsOptions>({ moduleName: 'SessionMetrics' })
    .setClassMethodName('forRoot')
    .build();
