import type { Session } from './session.js';

/**
 * Returns the session as it is during its grace, in which its replaced token still works.
 *
 * @param grace Milliseconds. The session ends earlier if its own timeouts come first.
 */
export function superseded(session: Session, by: Session, grace: number): Session {
  const absoluteExpiresAt = Math.min(session.absoluteExpiresAt, Date.now() + grace);
  const idleTimeout = Math.min(session.idleTimeout, grace);
  return session.with({ supersededBy: by.id, absoluteExpiresAt, idleTimeout });
}
