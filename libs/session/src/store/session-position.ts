import type { Session } from '../session/session.js';

/** Position in the list of all sessions. The session may have ended meanwhile. */
export type SessionPosition = Pick<Session, 'id' | 'absoluteExpiresAt'>;

/** Returns the position of a session or entry, without its other fields. */
export function positionOf({ id, absoluteExpiresAt }: SessionPosition): SessionPosition {
  return { id, absoluteExpiresAt };
}

/** Compares in the order of lists: the latest absolute expiry first, of equal times the greater id first. */
export function comparePositions(a: SessionPosition, b: SessionPosition): number {
  if (a.absoluteExpiresAt !== b.absoluteExpiresAt) return b.absoluteExpiresAt - a.absoluteExpiresAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
