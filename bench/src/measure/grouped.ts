/** Formats a count with thousands separators. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
