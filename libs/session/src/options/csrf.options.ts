import { refuseOtherOptions } from '../common/refuse-other-options.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

/** Trust in pages that change state with the visitor's cookie. */
export interface CsrfOptions {
  /**
   * Trusted origins in addition to the service's own, as browsers write them: `https://app.example.com`, with
   * a port if it is not the scheme's default.
   * @default []
   */
  readonly trustedOrigins?: readonly string[];
}

/**
 * @returns the origins, or `null` when nothing is rejected
 * @throws SessionOptionsError naming the option and its expected value
 */
export function trustedOriginsOf(given: CsrfOptions | false = {}): ReadonlySet<string> | null {
  if (given === false) return null;
  const { trustedOrigins = [], ...others } = given;
  refuseOtherOptions("SessionModule's csrf", others, ['trustedOrigins']);
  for (const origin of trustedOrigins) {
    if (!isOrigin(origin)) {
      throw new SessionOptionsError(
        `csrf.trustedOrigins: '${origin}' is not an origin. Give scheme, host and port only, as in 'https://app.example.com'.`,
      );
    }
  }
  return new Set(trustedOrigins);
}

/**
 * Whether a text is an http(s) origin as browsers write it: no path, no default port, no wildcard.
 *
 * @example
 * isOrigin('https://app.example.com'); // true
 */
export function isOrigin(text: string): boolean {
  // A URL's host may contain a wildcard, which would match nothing.
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
