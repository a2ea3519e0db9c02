import type { Session } from '../session/session.js';

/** A new session and the token that leads to it: the only time that the token is known. */
export interface IssuedSession {
  readonly token: string;
  readonly session: Session;
}

/** The longest `User-Agent` that is kept, in characters; it is there to be recognised by its owner. */
const MAX_USER_AGENT = 256;

export function clippedUserAgent(userAgent: string | null): string | null {
  return userAgent?.slice(0, MAX_USER_AGENT) ?? null;
}
