import type { Session } from '../session/session.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { clippedUserAgent, type IssuedSession } from './issued-session.js';
import { predecessorsOf } from './session-chain.js';

/** How the session goes on. */
interface Rotating {
  /** For how long the old one goes on beside it, in milliseconds; 0 for not at all. */
  readonly grace: number;
  readonly userAgent?: string | null;
  readonly ip?: string | null;
}

/** What came of it. */
interface Rotation {
  readonly issued: IssuedSession | null;
  /** The old session, where it was ended and no other came in its place. */
  readonly ended: Session | null;
}

const NOTHING: Rotation = { issued: null, ended: null };

/**
 * Puts a new session, with a new token, in the place of one.
 *
 * The new one is indexed before the old one ends: whoever revokes or changes all of a user's sessions and
 * finds the old one gone or superseded looks again, and finds the new one. What fails on the way ends it:
 * nobody has its token. Should that fail as well, it ends by its timeouts.
 */
export async function rotateSession(
  store: IssuerSessionStore,
  id: string,
  { grace, ...changes }: Rotating,
): Promise<Rotation> {
  const current = (await store.inspect(id))?.session;
  // One that was rotated before goes on as another, which is to be rotated.
  if (current?.supersededBy !== null) return NOTHING;
  const { userAgent = current.userAgent, ip = current.ip } = changes;
  const token = createToken();
  const session = current.with({
    id: sessionIdOf(token),
    authenticatedAt: Date.now(),
    userAgent: clippedUserAgent(userAgent),
    ip,
    supersedes: id,
  });
  await store.insert(session);
  const withdraw = () => store.remove(session.id, session.user.id);
  try {
    const { isDone, ended } =
      grace > 0
        ? await supersede(store, current, session, grace)
        : await replace(store, current, session);
    if (isDone) return { issued: { token, session }, ended: null };
    await withdraw();
    return { issued: null, ended };
  } catch (error) {
    await withdraw().catch(() => undefined);
    throw error;
  }
}

async function replace(store: IssuerSessionStore, session: Session, by: Session) {
  // Tokens from before that one are worth nothing either.
  for (const { id, user } of await predecessorsOf(store, session)) await store.remove(id, user.id);
  const ended = await store.replace(session, by);
  return { isDone: ended !== null && grantsTheSame(ended, by), ended };
}

async function supersede(store: IssuerSessionStore, session: Session, by: Session, grace: number) {
  const isSuperseded = await store.supersede(session, by, grace);
  // Who has ended the new session before that could not know that the old one belongs to it.
  const isDone = isSuperseded && (await store.inspect(by.id)) !== null;
  if (isSuperseded && !isDone) await store.remove(session.id, session.user.id);
  return { isDone, ended: null };
}

function grantsTheSame(a: Session, b: Session): boolean {
  const [one, other] = [a, b].map(({ roles, data, user, supersededBy }) =>
    JSON.stringify([roles, data, user, supersededBy]),
  );
  return one === other;
}
