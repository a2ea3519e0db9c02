import type { Session } from '../session/session.js';

/**
 * How far ahead of this process' clock a sign-in may seem to be, in milliseconds. The clocks of two machines
 * differ a little; what is further ahead says nothing about how long ago it was.
 */
const CLOCK_TOLERANCE = 5_000;

/**
 * Whether a session suffices for what `@RequireFresh()` marks: its token was not replaced, and its user
 * proved who they are at most so long ago.
 *
 * @param maxAge Milliseconds; `null` for any time.
 */
export function isFreshEnough(session: Session, maxAge: number | null): boolean {
  if (session.supersededBy !== null) return false;
  if (maxAge === null) return true;
  const age = Date.now() - session.authenticatedAt;
  return age <= maxAge && age >= -CLOCK_TOLERANCE;
}
