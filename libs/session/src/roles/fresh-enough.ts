import type { Session } from '../session/session.js';

/**
 * Maximum time by which an authentication may seem to be ahead of this process' clock, in milliseconds. The
 * clocks of two machines differ a little; the age of an authentication further ahead is unknown.
 */
const CLOCK_TOLERANCE = 5_000;

/**
 * Whether a session suffices for a route with `@RequireFresh()`: its token was not replaced, and its user
 * authenticated at most `maxAge` ago.
 *
 * @param maxAge Milliseconds; `null` for no limit.
 */
export function isFreshEnough(session: Session, maxAge: number | null): boolean {
  if (session.supersededBy !== null) return false;
  if (maxAge === null) return true;
  const age = Date.now() - session.authenticatedAt;
  return age <= maxAge && age >= -CLOCK_TOLERANCE;
}
