/** A count as people read it, with separators. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
