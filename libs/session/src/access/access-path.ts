/** Maximum length of a request target, in characters: all of them are ASCII. */
const MAX_LENGTH = 8_192;

/** Segment of `pchar`s (RFC 3986, 3.3) without `;`, at which some servers cut a segment. */
const SEGMENT = /^(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-F]{2})+$/;

/**
 * Encoded characters that servers read differently: controls, `%`, `/`, `;`, `\`, and characters that need no
 * encoding (RFC 3986, 2.3), including the dot.
 */
const AMBIGUOUS =
  /%(?:[01][0-9A-F]|7F|25|2F|3B|5C|2D|2E|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/;

/**
 * Returns the segments of a request target's path as they were sent; none for `/`. Ignores the query.
 *
 * Returns `null` when the path is not in canonical form, which every server reads alike. Paths are never
 * normalised: a gateway and the service behind it may normalise them differently.
 */
export function segmentsOf(target: string): readonly string[] | null {
  if (target.length > MAX_LENGTH || !target.startsWith('/') || target.includes('#')) return null;
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (path === '/') return [];
  const segments = path.slice(1).split('/');
  return segments.every(isCanonical) ? segments : null;
}

function isCanonical(segment: string): boolean {
  if (!SEGMENT.test(segment) || segment === '.' || segment === '..') return false;
  return !segment.includes('%') || (!AMBIGUOUS.test(segment) && isUtf8(segment));
}

function isUtf8(segment: string): boolean {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}
