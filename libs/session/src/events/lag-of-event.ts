import type { RedisClock } from './redis-clock.js';
import type { SessionEvent } from './session-event.js';

/**
 * Returns the time from an event to its arrival in this process, in milliseconds; `null` while the clock of Redis is
 * unknown.
 *
 * @param clock Clock of the server that holds the events, known within half a round trip.
 */
export function lagOfEvent({ position = '' }: SessionEvent, clock: RedisClock): number | null {
  // The position of an event begins with the time at which Redis has written it.
  const writtenAt = Number.parseInt(position, 10);
  const now = clock.now();
  return now === null || Number.isNaN(writtenAt) ? null : Math.max(0, now - writtenAt);
}
