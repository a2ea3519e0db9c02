import { SetMetadata } from '@nestjs/common';
import type { SessionEventType } from './session-event.js';

export const ON_SESSION_EVENT_METADATA = 'nest-sessions:on-session-event';

/**
 * Calls a method of a provider or controller with each {@link SessionEvent} of these types, one after the
 * other. Without types, the method receives all events.
 *
 * In the issuing app these are the events of this process; import `SessionEventsModule` for the events of
 * all processes. An error of the method is logged and blocks nothing.
 *
 * @example
 * ```ts
 * @OnSessionEvent('revoked', 'expired')
 * closeConnections({ sessionId }: SessionEvent) {
 *   sockets.closeAll(sessionId);
 * }
 * ```
 */
export function OnSessionEvent(...types: SessionEventType[]): MethodDecorator {
  return SetMetadata(ON_SESSION_EVENT_METADATA, types);
}
