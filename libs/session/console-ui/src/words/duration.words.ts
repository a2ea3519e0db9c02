const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** Returns a duration in the largest unit that fits, such as `5 minutes`. @param ms Milliseconds. */
export function durationWords(ms: number): string {
  const length = Math.abs(ms);
  for (const [unit, size] of UNITS) {
    if (length >= size * 0.9995) {
      const count = Math.round(length / size);
      return `${count} ${unit}${count === 1 ? '' : 's'}`;
    }
  }
  return `${Math.round(length)} ms`;
}
