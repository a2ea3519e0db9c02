import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { createClient } from 'redis';
import { redisUrl } from '../redis-url.js';

export type OldRedisClient = ReturnType<typeof createClient>;

/** Client of connect-redis. */
@Injectable()
export class OldRedis implements OnModuleInit, OnModuleDestroy {
  readonly client: OldRedisClient = createClient({
    url: redisUrl,
  });

  async onModuleInit(): Promise<void> {
    this.client.on('error', (error) => {
      new Logger(OldRedis.name).error(error);
    });
    await this.client.connect();
  }

  async onModuleDestroy(): Promise<void> {
    await this.client.close();
  }
}
