import { Session, type SessionFields } from '../../session/session.js';
import { createToken, sessionIdOf } from '../../token/session-token.js';

/** Creates a session that is not stored yet: an hour to live, an idle timeout of half an hour. */
export function sampleSession(changes: Partial<SessionFields> = {}): Session {
  const now = Date.now();
  return new Session({
    id: sessionIdOf(createToken()),
    user: { id: 'u-1', username: 'ada' },
    roles: ['orders', 'orders:write'],
    createdAt: now,
    authenticatedAt: now,
    absoluteExpiresAt: now + 3_600_000,
    idleTimeout: 1_800_000,
    userAgent: 'Browser/1.0',
    ip: '192.0.2.7',
    data: {},
    ...changes,
  });
}

/** Returns the fields alone: a `Session` has private state that no comparison should look at. */
export function fieldsOf(session: Session | null): SessionFields | null {
  return session === null ? null : { ...(session as SessionFields) };
}
