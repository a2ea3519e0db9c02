import { Module } from '@nestjs/common';
import { SessionEventFollower } from './session-event-follower.js';
import { ConfigurableModuleClass } from './session-events.module-definition.js';

/**
 * Has an app see what every process does to sessions: `@OnSessionEvent()` methods and `SessionEvents`
 * get it from the log. Its Redis user needs `XREAD` and `XREVRANGE` on `session-events`.
 *
 * ```ts
 * SessionEventsModule.forRootAsync({
 *   inject: [Bookmarks],
 *   useFactory: async (bookmarks: Bookmarks) => ({ after: await bookmarks.load() }),
 * })
 * ```
 */
@Module({ providers: [SessionEventFollower] })
export class SessionEventsModule extends ConfigurableModuleClass {}
