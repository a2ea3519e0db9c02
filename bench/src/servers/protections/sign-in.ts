import type { Credential, Credentials } from '../protection';
import { type SessionContent, sessionContent } from '../session-content';

/** Path at which a variant creates a session by itself. */
export const SIGN_IN_PATH = '/sign-in';
const WITHOUT_ROLE = '?without-role';

/** Returns the content of a new session. */
export function signedInContent(url: string): SessionContent & { createdAt: number } {
  return { ...sessionContent(!url.endsWith(WITHOUT_ROLE)), createdAt: Date.now() };
}

/** Signs two users in. */
export async function signInBoth(url: string): Promise<Credentials> {
  return { valid: await signIn(url), withoutRole: await signIn(url, WITHOUT_ROLE) };
}

async function signIn(url: string, query = ''): Promise<Credential> {
  const { status, headers } = await fetch(url + SIGN_IN_PATH + query);
  const cookie = headers.getSetCookie()[0]?.split(';', 1)[0];
  if (cookie === undefined)
    throw new Error(`The sign-in must set a cookie, got status ${status} without one`);
  return { cookie: `theme=dark; ${cookie}; locale=en-GB` };
}
