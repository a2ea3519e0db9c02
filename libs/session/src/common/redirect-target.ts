/** Visible ASCII without a backslash. A leading `//` would name another host (RFC 3986, 4.2). */
const PLACE = /^(?:\/(?!\/)|https?:\/\/[^/])[\x21-\x5b\x5d-\x7e]*$/;

/** Whether a text is a valid redirect target for a user: a path on the same host, or a URL. */
export function isPlace(text: unknown): boolean {
  return typeof text === 'string' && PLACE.test(text);
}
