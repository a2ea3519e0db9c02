import type { Session } from '../session/session.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import { predecessorsOf, replacementsOf } from './session-chain.js';

type Change = (session: Session) => Session;

/**
 * Changes a session and the rest of its rotation chain: its successors, and its predecessors in their grace.
 * No session is created again.
 *
 * A rotation copies the session before it supersedes or ends it. `change` therefore runs on the copy as well,
 * and once on each session.
 *
 * @returns the session, or its latest successor, as stored; `null` when it is gone
 */
export async function updateChain(
  store: IssuerSessionStore,
  id: string,
  change: Change,
): Promise<Session | null> {
  const seen = (await store.inspect(id))?.session;
  const changed = await store.update(id, change);
  // A rotation may have replaced the session since it was read.
  if (changed === null) return seen ? updateWhatReplaced(store, seen, change) : null;
  const latest = await updateSuccessors(store, changed, change);
  for (const { id: earlier } of await predecessorsOf(store, changed)) {
    await store.update(earlier, change);
  }
  return latest;
}

/**
 * Changes the successors of a session that is changed already.
 *
 * @returns the latest successor, or the session itself; `null` when the successor has ended
 */
async function updateSuccessors(
  store: IssuerSessionStore,
  session: Session,
  change: Change,
): Promise<Session | null> {
  if (session.supersededBy === null) return session;
  return updateWhatReplaced(store, session, change);
}

/** Changes the continuation of a session that was superseded or is gone. */
async function updateWhatReplaced(
  store: IssuerSessionStore,
  { id, user, supersededBy }: Session,
  change: Change,
): Promise<Session | null> {
  if (supersededBy === null) return updateReplacements(store, id, user.id, change);
  const successor = await store.update(supersededBy, change);
  return successor === null
    ? updateReplacements(store, supersededBy, user.id, change)
    : updateSuccessors(store, successor, change);
}

/** Changes the replacements of a session that is gone and therefore cannot name its successor. */
async function updateReplacements(
  store: IssuerSessionStore,
  id: string,
  userId: string,
  change: Change,
): Promise<Session | null> {
  let latest: Session | null = null;
  for (const session of await replacementsOf(store, id, userId)) {
    const changed = await store.update(session.id, change);
    const last = changed
      ? await updateSuccessors(store, changed, change)
      : await updateWhatReplaced(store, session, change);
    latest ??= last;
  }
  return latest;
}
