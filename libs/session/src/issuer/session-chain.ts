import type { Session } from '../session/session.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import { inBatches } from './in-batches.js';

/**
 * Ends one session.
 *
 * @returns the session as it was last, or `null` when it was gone already
 */
export type EndOne = (id: string, userId: string | null) => Promise<Session | null>;

/**
 * Ends a session and all that are one with it to their user: those that it went on as, which may be rotated
 * again and again meanwhile, and those that went on as it.
 *
 * The session itself ends last. When the store fails on the way, a second call still finds the others by it.
 *
 * @param userId Whose session it is, where that is known.
 * @returns the session as it was last, or `null` when it was gone already
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
  // The rotation that made it may only now have come to the session before.
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

/** Ends those that a session went on as, the latest first. */
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

/** Ends a session, and what has come in its place since it was read. */
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

/** Ends what took the place of a session that is gone, and so does not say what it went on as. */
async function endReplacements(
  store: IssuerSessionStore,
  id: string,
  owner: string | null,
  end: EndOne,
): Promise<void> {
  if (owner === null) return;
  const indexed = await inBatches(await store.idsOf(owner), (one) => store.inspect(one));
  for (const snapshot of indexed) {
    if (snapshot?.session.supersedes === id) {
      await endOnwards(store, snapshot.session.id, owner, end);
    }
  }
}

/**
 * The sessions that went on as this one and are in their grace, the earliest first: to be ended in this
 * order, as each is found by the one after it.
 */
export async function predecessorsOf(
  store: IssuerSessionStore,
  session: Session,
): Promise<Session[]> {
  const earlier: Session[] = [];
  for (let { id, supersedes } = session; supersedes !== null;) {
    const found = (await store.inspect(supersedes))?.session;
    // A rotation that did not get this far, or never will, leaves the earlier session on its own.
    if (found?.supersededBy !== id) break;
    earlier.unshift(found);
    ({ id, supersedes } = found);
  }
  return earlier;
}
