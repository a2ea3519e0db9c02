import { Module } from '@nestjs/common';
import { SessionEventFollower } from './session-event-follower.js';
import { ConfigurableModuleClass } from './session-events.module-definition.js';

/**
 * Delivers the session events of every process to an app: `@OnSessionEvent()` methods and `SessionEvents`
 * receive them from the log. The app's Redis user needs `XREAD` and `XREVRANGE` on `session-events`.
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
