import type { Session } from '../../session/session';
import { sampleSession } from '../../testing/sample-session';

/** A session with these roles. */
export function sessionWith(...roles: readonly string[]): Session {
  return sampleSession({ roles });
}
