/** A figure as it is shown: with no more digits than it can have been measured with. */
export function rounded(value: number, digits = 1): number {
  // Plus nothing, because a little less than nothing would be shown as -0.
  return Number(value.toFixed(digits)) + 0;
}
