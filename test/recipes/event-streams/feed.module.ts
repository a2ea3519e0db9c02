import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionChannelsModule } from 'nest-sessions/channels';
import { FeedController } from './feed.controller.js';
import { OrderFeed } from './order-feed.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionChannelsModule.forRoot({}),
  ],
  controllers: [FeedController],
  providers: [OrderFeed],
})
export class FeedModule {}
