import type { Session } from '../session/session.js';

/** A new session and its token. The token is known only here. */
export interface IssuedSession {
  /** Token for the client, for instance with `SessionCookie.write()`. The store has only its hash. */
  readonly token: string;
  /** Session as stored. */
  readonly session: Session;
}

/** Maximum length of a recorded `User-Agent`, in characters: enough for its owner to recognise it. */
const MAX_USER_AGENT = 256;

export function clippedUserAgent(userAgent: string | null): string | null {
  return userAgent?.slice(0, MAX_USER_AGENT) ?? null;
}
