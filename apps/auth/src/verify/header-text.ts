/**
 * Encodes text as a header value: all but visible ASCII, and the percent sign itself, as percent-encoded
 * UTF-8 (RFC 3986, 2.1). `decodeURIComponent` decodes it.
 */
export function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]|%/gu, encodeURIComponent);
}

/** Encodes several texts as one comma-separated value; commas in a text are encoded as well. */
export function headerList(texts: readonly string[]): string {
  return texts.map((text) => headerText(text).replaceAll(',', '%2C')).join(',');
}

/** Encodes a value as JSON of visible ASCII and spaces only: the same JSON (RFC 8259, 7). */
export function headerJson(value: string | object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
