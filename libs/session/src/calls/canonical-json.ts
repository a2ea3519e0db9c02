/**
 * JSON in which one value has one text (RFC 8785): no blanks, and the names of an object in the order of
 * their UTF-16 code units.
 *
 * @param value As `JSON.parse` returns it.
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
