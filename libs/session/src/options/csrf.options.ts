import { SessionOptionsError } from '../errors/session-options.error.js';

/** Whose pages may change state with the visitor's cookie. */
export interface CsrfOptions {
  /**
   * Origins beside the service's own, as browsers write them: `https://app.example.com`, with a port where
   * it is not the scheme's default.
   * @default []
   */
  readonly trustedOrigins?: readonly string[];
}

/**
 * @returns the origins, or `null` where nothing is refused
 * @throws SessionOptionsError naming the option and what it should be.
 */
export function trustedOriginsOf(given: CsrfOptions | false = {}): ReadonlySet<string> | null {
  if (given === false) return null;
  const { trustedOrigins = [] } = given;
  for (const origin of trustedOrigins) {
    if (!isOrigin(origin)) {
      throw new SessionOptionsError(
        `csrf.trustedOrigins: '${origin}' is no origin. Give scheme, host and port alone, as in 'https://app.example.com'.`,
      );
    }
  }
  return new Set(trustedOrigins);
}

/** Whether a text is an http or https origin as browsers write it: no path, no default port, no wildcard. */
export function isOrigin(text: string): boolean {
  // A wildcard can stand in a URL's host, and would match nothing.
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
