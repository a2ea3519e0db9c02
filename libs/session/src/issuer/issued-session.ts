import type { Session } from '../session/session.js';

/** A new session and its token. The token is known only here. */
export interface IssuedSession {
  readonly token: string;
  readonly session: Session;
}

/** Maximum length of a recorded `User-Agent`, in characters: enough for its owner to recognise it. */
const MAX_USER_AGENT = 256;

export function clippedUserAgent(userAgent: string | null): string | null {
  return userAgent?.slice(0, MAX_USER_AGENT) ?? null;
}
