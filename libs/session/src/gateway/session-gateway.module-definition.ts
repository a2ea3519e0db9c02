import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { GatewayOptions } from './gateway.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_GATEWAY_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<GatewayOptions>({ moduleName: 'SessionGateway' })
    .setClassMethodName('forRoot')
    .build();
