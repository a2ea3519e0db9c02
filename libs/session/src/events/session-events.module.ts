import { Module } from '@nestjs/common';
import { SessionEventFollower } from './session-event-follower.js';
import { SessionEventLogModule } from './session-event-log.module.js';
import { ConfigurableModuleClass } from './session-events.module-definition.js';

/**
 * Delivers the session events of every process to an app: `@OnSessionEvent()` methods and `SessionEvents`
 * receive them from the log. The app's Redis user needs `XREAD` and `XREVRANGE` on `session-events`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionEventsModule.forRootAsync({
 *       inject: [Bookmarks],
 *       useFactory: async (bookmarks: Bookmarks) => ({ after: await bookmarks.load() }),
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [SessionEventLogModule],
  providers: [SessionEventFollower],
})
export class SessionEventsModule extends ConfigurableModuleClass {}
