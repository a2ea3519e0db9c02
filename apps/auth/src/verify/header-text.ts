/**
 * Text as a header's value: all but visible ASCII, and the percent sign itself, as percent-encoded UTF-8
 * (RFC 3986, 2.1). `decodeURIComponent` gives it back.
 */
export function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]|%/gu, encodeURIComponent);
}

/** Several texts as one value, between commas; those in a text are encoded as well. */
export function headerList(texts: readonly string[]): string {
  return texts.map((text) => headerText(text).replaceAll(',', '%2C')).join(',');
}
