import type { Session } from '../session/session.js';

/**
 * Maximum time by which an authentication may seem to be ahead of this process' clock, in milliseconds. The
 * clocks of two machines differ a little; the age of an authentication further ahead is unknown.
 */
const CLOCK_TOLERANCE = 5_000;

/**
 * Returns whether the user of a session authenticated recently.
 *
 * @param within Maximum time since the last authentication, in milliseconds.
 */
export function isRecentSignIn({ authenticatedAt }: Session, within: number): boolean {
  const age = Date.now() - authenticatedAt;
  return age <= within && age >= -CLOCK_TOLERANCE;
}
