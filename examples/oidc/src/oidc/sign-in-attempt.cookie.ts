import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';

/** Secrets of a sign-in between the redirect to the provider and the redirect back. */
export interface SignInAttempt {
  /** Binds the callback to this browser (RFC 6749, 10.12). */
  readonly state: string;
  /** Binds the ID token to this attempt (OpenID Connect Core, 15.5.2). */
  readonly nonce: string;
  /** Binds the authorization code to this attempt (PKCE, RFC 7636). */
  readonly codeVerifier: string;
}

/** Browsers accept this name from this host over HTTPS alone, so no other site can plant an attempt. */
const NAME = '__Host-sign-in';

const OPTIONS: CookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' };

/** Time for the user to sign in at the provider. */
const MAX_AGE_MS = 10 * 60_000;

/** Keeps the attempt in the browser, because there is no session yet. A second attempt replaces the first. */
export const signInAttemptCookie = {
  write(response: Response, { state, nonce, codeVerifier }: SignInAttempt): void {
    const value = [state, nonce, codeVerifier].join('.');
    response.cookie(NAME, value, { ...OPTIONS, maxAge: MAX_AGE_MS });
  },

  read(request: Request): SignInAttempt | null {
    const value = parseCookie(request.headers.cookie ?? '')[NAME] ?? '';
    const [state, nonce, codeVerifier] = value.split('.');
    return state && nonce && codeVerifier ? { state, nonce, codeVerifier } : null;
  },

  clear(response: Response): void {
    response.clearCookie(NAME, OPTIONS);
  },
};
