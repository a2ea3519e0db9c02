import { Injectable, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { OnSessionEvent, type SessionEvent, SessionEventsModule } from 'nest-sessions/events';
import { Bookmarks, BookmarksModule } from './bookmarks.js';
import { Statistics } from './statistics.js';

@Injectable()
export class CountSignIns {
  constructor(
    private readonly statistics: Statistics,
    private readonly bookmarks: Bookmarks,
  ) {}

  // #region handler
  @OnSessionEvent('created')
  async onSignIn({ userId, position }: SessionEvent) {
    await this.statistics.countSignIn(userId);
    if (position !== undefined) await this.bookmarks.save(position);
  }
  // #endregion handler
}

@Module({
  imports: [
    BookmarksModule,
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    // #region events
    SessionEventsModule.forRootAsync({
      imports: [BookmarksModule],
      inject: [Bookmarks],
      useFactory: async (bookmarks: Bookmarks) => ({ after: await bookmarks.load() }),
    }),
    // #endregion events
  ],
  providers: [CountSignIns, Statistics],
})
export class StatisticsModule {}
