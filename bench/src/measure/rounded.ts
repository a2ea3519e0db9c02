/** A figure as it is shown: with no more digits than it can have been measured with. */
export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
