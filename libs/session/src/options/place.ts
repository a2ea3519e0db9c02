/** Visible ASCII without a backslash. `//` would be another host (RFC 3986, 4.2). */
const PLACE = /^(?:\/(?!\/)|https?:\/\/[^/])[\x21-\x5b\x5d-\x7e]*$/;

/** Whether clients can send a user there: a path on the same host, or a URL. */
export function isPlace(text: unknown): boolean {
  return typeof text === 'string' && PLACE.test(text);
}
