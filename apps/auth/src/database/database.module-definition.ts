import { ConfigurableModuleBuilder } from '@nestjs/common';
import { type DatabaseOptions } from './database';

export const {
  ConfigurableModuleClass: ConfigurableDatabaseModule,
  MODULE_OPTIONS_TOKEN: DATABASE_OPTIONS,
} = new ConfigurableModuleBuilder<DatabaseOptions>({ moduleName: 'NestSessionsDatabase' })
  .setClassMethodName('forRoot')
  .build();
