import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { createRedisClient } from 'nest-sessions/redis';
import { requiredVariable } from './required-variable.js';

/** One connection for sessions and for the JWTs that became sessions. */
@Global()
@Module({
  providers: [
    { provide: Redis, useFactory: () => createRedisClient(requiredVariable('REDIS_URL')) },
  ],
  exports: [Redis],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(private readonly client: Redis) {}

  onApplicationShutdown(): void {
    this.client.disconnect();
  }
}
