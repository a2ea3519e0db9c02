/**
 * Returns the value below which `percent` of the values lie, interpolated between two of them.
 *
 * @throws Error when there are no values
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined)
    throw new Error('There are no values to take a percentile of');
  return below + (above - below) * (position % 1);
}
