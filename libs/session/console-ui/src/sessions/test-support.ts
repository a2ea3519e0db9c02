import type { AdminSessionView } from '../api/views';

/** Returns a session for the tests of lists. */
export function sampleView(id: string, userId = 'u-1', roles: string[] = []): AdminSessionView {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    ...{ id, roles, createdAt: at, expiresAt: at, absoluteExpiresAt: at, lastSeenAt: at },
    ...{ authenticatedAt: at, userAgent: null, ip: null, current: false },
    user: { id: userId, username: userId },
  };
}
