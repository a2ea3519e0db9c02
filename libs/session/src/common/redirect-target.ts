/** Visible ASCII without a backslash. A leading `//` would name another host (RFC 3986, 4.2). */
const REDIRECT_TARGET = /^(?:\/(?!\/)|https?:\/\/[^/])[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Whether a text is a valid redirect target for a user: a path on the same host, or an http(s) URL.
 *
 * @example
 * ```ts
 * isRedirectTarget('/account?tab=security'); // true
 * isRedirectTarget('//other.example'); // false: the host is other.example
 * ```
 */
export function isRedirectTarget(text: unknown): boolean {
  return typeof text === 'string' && REDIRECT_TARGET.test(text);
}
