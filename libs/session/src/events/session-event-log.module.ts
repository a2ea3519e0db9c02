import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RedisConnection } from '../store/redis-connection.js';
import { MemorySessionEventLog } from './memory-session-event.log.js';
import { RedisSessionEventLog } from './redis-session-event.log.js';
import { SessionEventHandlers } from './session-event-handlers.js';
import { SessionEventLog } from './session-event.log.js';
import { SessionEvents } from './session-events.js';

/**
 * Log of session events, and this application's handlers. The modules that emit or follow events import it. It
 * is global, so that every provider can inject `SessionEvents`.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: SessionEventLog,
      inject: [RedisConnection],
      useFactory: (connection: RedisConnection) =>
        connection.isConfigured
          ? new RedisSessionEventLog(connection.client)
          : new MemorySessionEventLog(),
    },
    SessionEvents,
    SessionEventHandlers,
  ],
  exports: [SessionEventLog, SessionEvents],
})
export class SessionEventLogModule {}
