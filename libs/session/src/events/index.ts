/**
 * Session events: publishes and follows what happens to sessions.
 *
 * @module nest-sessions/events
 */

export { OnSessionEvent } from './on-session-event.decorator.js';
export type { SessionEvent, SessionEventCause, SessionEventType } from './session-event.js';
export { isEventPosition, type SessionEventHistory } from './session-event.log.js';
export { type SessionEventHistoryOptions, SessionEvents } from './session-events.js';
export { SessionEventsModule } from './session-events.module.js';
export type { SessionEventsModuleOptions } from './session-events.module-definition.js';
