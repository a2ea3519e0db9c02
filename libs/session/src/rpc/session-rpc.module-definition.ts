import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { RpcOptions } from './rpc.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: SESSION_RPC_MODULE_OPTIONS } =
  new ConfigurableModuleBuilder<RpcOptions>({ moduleName: 'SessionRpc' })
    .setClassMethodName('forRoot')
    .build();
