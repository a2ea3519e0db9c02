import type { Session } from '../../session/session.js';
import { sampleSession } from '../../../test-support/sample-session.js';

/** Returns a session with these roles. */
export function sessionWith(...roles: readonly string[]): Session {
  return sampleSession({ roles });
}
