import type { Session } from '../session/session.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import { inBatches } from '../common/in-batches.js';

/**
 * Ends a single session.
 *
 * @returns the session's last state, or `null` when it was gone already
 */
export type EndOne = (id: string, userId: string | null) => Promise<Session | null>;

/**
 * Ends a session and the rest of its rotation chain: its successors, which may be rotated again meanwhile,
 * and its predecessors.
 *
 * The session itself ends last. If the store fails on the way, a second call still finds the others through
 * it.
 *
 * @param userId Owner of the session, if known.
 * @returns the session's last state, or `null` when it was gone already
 */
export async function endChain(
  store: IssuerSessionStore,
  id: string,
  userId: string | null,
  end: EndOne,
): Promise<Session | null> {
  const seen = (await store.inspect(id))?.session ?? null;
  if (seen) {
    await endSuccessors(store, seen, end);
    await endPredecessors(store, seen, end);
  }
  const ended = await endLast(store, { id, owner: seen?.user.id ?? userId, seen }, end);
  // The rotation that created this session may have superseded its predecessor only now.
  if (ended) await endPredecessors(store, ended, end);
  return ended;
}

async function endPredecessors(
  store: IssuerSessionStore,
  session: Session,
  end: EndOne,
): Promise<void> {
  for (const { id, user } of await predecessorsOf(store, session)) await end(id, user.id);
}

/** Ends the successors of a session, the latest first. */
async function endSuccessors(
  store: IssuerSessionStore,
  { supersededBy, user }: Session,
  end: EndOne,
): Promise<void> {
  if (supersededBy !== null) await endOnwards(store, supersededBy, user.id, end);
}

async function endOnwards(
  store: IssuerSessionStore,
  id: string,
  owner: string,
  end: EndOne,
): Promise<void> {
  const seen = (await store.inspect(id))?.session ?? null;
  if (seen) await endSuccessors(store, seen, end);
  await endLast(store, { id, owner, seen }, end);
}

/** Ends a session, and any session that has replaced it since it was read. */
async function endLast(
  store: IssuerSessionStore,
  { id, owner, seen }: { id: string; owner: string | null; seen: Session | null },
  end: EndOne,
): Promise<Session | null> {
  const ended = await end(id, owner);
  if (ended === null) await endReplacements(store, id, owner, end);
  else if (ended.supersededBy !== seen?.supersededBy) await endSuccessors(store, ended, end);
  return ended;
}

/** Ends the replacements of a session that is gone and therefore cannot name its successor. */
async function endReplacements(
  store: IssuerSessionStore,
  id: string,
  owner: string | null,
  end: EndOne,
): Promise<void> {
  if (owner === null) return;
  for (const replacement of await replacementsOf(store, id, owner)) {
    await endOnwards(store, replacement.id, owner, end);
  }
}

/** Returns the indexed sessions of a user that were rotated from a session, which may be gone. */
export async function replacementsOf(
  store: IssuerSessionStore,
  id: string,
  userId: string,
): Promise<Session[]> {
  const indexed = await inBatches(await store.idsOf(userId), (one) => store.inspect(one));
  return indexed.flatMap((snapshot) =>
    snapshot?.session.supersedes === id ? [snapshot.session] : [],
  );
}

/**
 * Returns the predecessors of a session that are in their grace, the earliest first. End them in this order,
 * because each is found through its successor.
 */
export async function predecessorsOf(
  store: IssuerSessionStore,
  session: Session,
): Promise<Session[]> {
  const earlier: Session[] = [];
  for (let { id, supersedes } = session; supersedes !== null;) {
    const found = (await store.inspect(supersedes))?.session;
    // A rotation that has not superseded the earlier session yet, or never will, leaves it independent.
    if (found?.supersededBy !== id) break;
    earlier.unshift(found);
    ({ id, supersedes } = found);
  }
  return earlier;
}
