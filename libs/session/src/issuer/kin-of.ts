import type { Session } from '../session/session';
import type { IssuerSessionStore } from '../store/issuer-session.store';

/**
 * The sessions that are one with this to their user: those that it went on as, the latest first, and those
 * that went on as it and are in their grace.
 */
export async function kinOf(store: IssuerSessionStore, session: Session): Promise<Session[]> {
  const later: Session[] = [];
  for (let next = session.supersededBy; next !== null;) {
    const found = (await store.inspect(next))?.session;
    if (found) later.unshift(found);
    next = found?.supersededBy ?? null;
  }
  return [...later, ...(await predecessorsOf(store, session))];
}

/** The sessions that went on as this one and are in their grace, the latest first. */
export async function predecessorsOf(
  store: IssuerSessionStore,
  session: Session,
): Promise<Session[]> {
  const earlier: Session[] = [];
  for (let { id, supersedes } = session; supersedes !== null;) {
    const found = (await store.inspect(supersedes))?.session;
    // Of a rotation that has not come so far, or never will, the session from before stands by itself.
    if (found?.supersededBy !== id) break;
    earlier.push(found);
    ({ id, supersedes } = found);
  }
  return earlier;
}
