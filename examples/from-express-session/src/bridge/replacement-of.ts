import type { SessionData } from 'express-session';
import type { Session, SessionStore } from 'nest-sessions';

/** Time in which the old cookie still works after its session was replaced, in milliseconds. */
const GRACE = 60_000;

/**
 * Returns the Nest session that has replaced the old session of a request. A page sends several requests at
 * once: the first replaces the old session, and the others carry the old cookie still.
 */
export async function replacementOf(
  { replacedBy }: Partial<SessionData>,
  store: SessionStore,
): Promise<Session | null> {
  if (replacedBy === undefined) return null;
  const session = await store.find(replacedBy, { fresh: true });
  return session !== null && Date.now() - session.createdAt < GRACE ? session : null;
}
