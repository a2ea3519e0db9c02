// #region module
import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionEventsModule } from 'nest-sessions/events';
import { Carts } from './carts.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionEventsModule.forRoot({}),
  ],
  providers: [Carts],
})
export class ShopModule {}
// #endregion module
