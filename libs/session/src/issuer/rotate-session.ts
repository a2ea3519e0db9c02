import type { Session } from '../session/session.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { clippedUserAgent, type IssuedSession } from './issued-session.js';
import { predecessorsOf } from './session-chain.js';
import { supersedeSession } from './supersede-session.js';

/** Parameters of a rotation. */
interface Rotating {
  /** Time for which the old session continues next to the new session, in milliseconds; 0 ends it at once. */
  readonly grace: number;
  readonly userAgent?: string | null;
  readonly ip?: string | null;
}

/** Result of a rotation. */
interface Rotation {
  readonly issued: IssuedSession | null;
  /** The old session, if it has ended without a successor. */
  readonly ended: Session | null;
}

const NOTHING: Rotation = { issued: null, ended: null };

/**
 * Replaces a session by a new session with a new token.
 *
 * The new session is indexed before the old session ends. An operation on all of a user's sessions that finds
 * the old session gone or superseded reads the index again, and finds the new session. A failure on the way
 * removes the new session, because its token was not issued. If the removal fails as well, the new session
 * ends by its timeouts.
 */
export async function rotateSession(
  store: IssuerSessionStore,
  id: string,
  { grace, ...changes }: Rotating,
): Promise<Rotation> {
  const current = (await store.inspect(id))?.session;
  // A superseded session continues as its successor, which is the session to rotate.
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
  // Earlier tokens of the rotation chain become invalid as well.
  for (const { id, user } of await predecessorsOf(store, session)) await store.remove(id, user.id);
  const ended = await store.remove(session.id, session.user.id, by);
  return { isDone: ended !== null && grantsTheSame(ended, by), ended };
}

async function supersede(store: IssuerSessionStore, session: Session, by: Session, grace: number) {
  const isSuperseded = await supersedeSession(store, session, by, grace);
  // An operation that ended the new session before this point did not know that the old session belongs to
  // it.
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
