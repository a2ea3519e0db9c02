import { Injectable, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';

/** Stands for `ConfigService` of `@nestjs/config`. */
@Injectable()
export class ConfigService {
  getOrThrow<T>(name: string): T {
    const value = process.env[name];
    if (value === undefined) throw new Error(`Set ${name}.`);
    return value as T;
  }
}

@Module({ providers: [ConfigService], exports: [ConfigService] })
export class ConfigModule {}

export const sessions =
  // #region async
  SessionModule.forRootAsync({
    imports: [ConfigModule],
    inject: [ConfigService],
    useFactory: (config: ConfigService) => ({ redis: config.getOrThrow<string>('REDIS_URL') }),
  });
// #endregion async
