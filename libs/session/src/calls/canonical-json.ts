/**
 * Returns JSON in which each value has exactly one text (RFC 8785). It contains no whitespace, and the names
 * of an object are in the order of their UTF-16 code units.
 *
 * @param value Value as `JSON.parse` returns it.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort(byCodeUnits)
    .map((name) => `${JSON.stringify(name)}:${canonicalJson((value as Named)[name])}`);
  return `{${members.join(',')}}`;
}

type Named = Readonly<Record<string, unknown>>;

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
