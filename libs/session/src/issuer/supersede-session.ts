import { encodeSession } from '../session/session-record.js';
import type { Session } from '../session/session.js';
import { superseded } from '../session/superseded.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';

/**
 * Lets a stored session take over from another, which remains usable under its own id for the grace.
 *
 * @param session The session as read. A session that was changed since, or superseded already, is left
 *   unchanged.
 * @param grace Milliseconds.
 * @returns whether the session was superseded
 */
export async function supersedeSession(
  store: IssuerSessionStore,
  session: Session,
  by: Session,
  grace: number,
): Promise<boolean> {
  const asRead = encodeSession(session);
  const last = await store.update(
    session.id,
    (current) =>
      current.supersededBy === null && encodeSession(current) === asRead
        ? superseded(current, by, grace)
        : null,
    { by, grace },
  );
  return last !== null;
}
