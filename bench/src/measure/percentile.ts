/**
 * The value below which `percent` of the values lie; between two of them, in proportion.
 *
 * @throws Error when there are no values
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('Nothing was measured');
  return below + (above - below) * (position % 1);
}
