/** Rounds a figure to no more digits than the measurement supports. */
export function rounded(value: number, digits = 1): number {
  // Adding 0 turns -0 into 0.
  return Number(value.toFixed(digits)) + 0;
}
