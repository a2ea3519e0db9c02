import { SetMetadata } from '@nestjs/common';
import type { SessionEventType } from './session-event.js';

export const ON_SESSION_EVENT_METADATA = 'nest-sessions:on-session-event';

/**
 * Has a method of a provider or controller called with each {@link SessionEvent} of these types, one
 * after the other; without a type with all of them.
 *
 * In the issuing app these are the events of this process; import `SessionEventsModule` for those of
 * all. What the method throws is logged and holds up nothing.
 */
export function OnSessionEvent(...types: SessionEventType[]): MethodDecorator {
  return SetMetadata(ON_SESSION_EVENT_METADATA, types);
}
