/** Returns whether a `Content-Type` is JSON (RFC 8259), or has the suffix `+json` (RFC 6839, 3.1). */
export function isJson(contentType: string | null | undefined): boolean {
  const [type = ''] = (contentType ?? '').split(';', 1);
  const name = type.trim().toLowerCase();
  return name === 'application/json' || (name.startsWith('application/') && name.endsWith('+json'));
}
