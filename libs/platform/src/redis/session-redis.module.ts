import { RedisModule } from '@liaoliaots/nestjs-redis';
import { Module } from '@nestjs/common';
import { ServiceEnvironment } from '../environment/service.environment';

/**
 * The connection to the Redis that keeps the sessions: inject `RedisService` and take
 * `getOrThrow()`. One connection for the whole app; it is closed when the app shuts down.
 */
@Module({
  imports: [
    RedisModule.forRootAsync({
      inject: [ServiceEnvironment],
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that the package asks for
      useFactory: (...[environment]: any[]) => ({
        config: (environment as ServiceEnvironment).redis,
        // SessionModule reports errors itself, once each.
        errorLog: false,
      }),
    }),
  ],
})
export class SessionRedisModule {}
