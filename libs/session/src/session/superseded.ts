import type { Session } from './session.js';

/**
 * What a session is in the grace in which its token still works after it was replaced.
 *
 * @param grace Milliseconds; it ends earlier when it would have anyway.
 */
export function superseded(session: Session, by: Session, grace: number): Session {
  const absoluteExpiresAt = Math.min(session.absoluteExpiresAt, Date.now() + grace);
  const idleTimeout = Math.min(session.idleTimeout, grace);
  return session.with({ supersededBy: by.id, absoluteExpiresAt, idleTimeout });
}
