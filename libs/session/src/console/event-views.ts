import type { MessageEvent } from '@nestjs/common';
import type { AccessServiceState } from '../access/access-directory.js';
import type { SessionEvent } from '../events/session-event.js';

/** Types of the events that end a session, or its token. */
export const ENDING_TYPES = ['revoked', 'expired', 'rotated'] as const;

/** End of a session: by a user, by a program or by its timeout. */
export interface EndedSessionJson {
  /** Position of the event; `before` continues from it. */
  readonly position: string;
  /** `rotated`: the session continues under another id. */
  readonly type: (typeof ENDING_TYPES)[number];
  readonly sessionId: string;
  readonly userId: string;
  /** Name of the user; `null` when unknown. */
  readonly username: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Id of the user, or name of the program; `null` for the system, such as a timeout. */
  readonly by: string | null;
  /** Name of that user; `null` when unknown. */
  readonly byName: string | null;
  readonly reason: string | null;
}

/**
 * Returns the ids of the users that ended sessions name.
 *
 * @example
 * const { events: ended } = await events.history({ types: ENDING_TYPES });
 * const ids = usersIn(ended);
 */
export function usersIn(events: readonly SessionEvent[]): string[] {
  return [...new Set(events.flatMap(({ userId, by }) => (by === null ? [userId] : [userId, by])))];
}

/**
 * Returns what administrators see of an ended session.
 *
 * @param names Usernames by the ids of users.
 *
 * @example
 * const names = new Map([[user.id, user.username]]);
 * const { events: ended } = await events.history({ types: ENDING_TYPES });
 * const shown = ended.map((event) => viewEndedSession(event, names));
 */
export function viewEndedSession(
  { position = '', type, sessionId, userId, at, by, reason }: SessionEvent,
  names: ReadonlyMap<string, string>,
): EndedSessionJson {
  return {
    position,
    type: type as EndedSessionJson['type'],
    sessionId,
    userId,
    username: names.get(userId) ?? null,
    at,
    by,
    byName: by === null ? null : (names.get(by) ?? null),
    reason,
  };
}

/**
 * Returns a session event as a message of an event stream. A client continues after its `id`.
 *
 * @example
 * const stream = events.after(lastEventId).pipe(map(messageOfEvent));
 */
export function messageOfEvent({ position, ...event }: SessionEvent): MessageEvent {
  return { id: position, type: event.type, data: event };
}

/** State of a service, with times in RFC 3339. */
export interface ServiceJson extends Omit<AccessServiceState, 'publishedAt' | 'seenAt'> {
  readonly publishedAt: string | null;
  readonly seenAt: string | null;
}

/**
 * Returns what administrators see of a service.
 *
 * @example
 * return (await directory.list()).map(viewService);
 */
export function viewService(state: AccessServiceState): ServiceJson {
  const { publishedAt, seenAt } = state;
  return { ...state, publishedAt: viewTime(publishedAt), seenAt: viewTime(seenAt) };
}

/** Returns `null` for an invalid time: a service may publish any number. */
function viewTime(time: number | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
