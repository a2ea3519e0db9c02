/** Times closer than this are now: clocks of browser and server differ. */
const NOW_MS = 10_000;

const UNITS = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** Returns a time relative to another, such as `5 min ago` or `in 2 h`. Times are epoch milliseconds. */
export function relativeTime(time: number, now: number): string {
  const distance = Math.abs(time - now);
  if (distance < NOW_MS) return 'now';
  const text = shortDuration(distance);
  return time > now ? `in ${text}` : `${text} ago`;
}

/** Rounds to the nearest unit, so that a timeout of 12 hours is not shown as 11. */
function shortDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, it]) => ms >= it * 0.99) ?? UNITS[3];
  const count = Math.round(ms / size);
  return unit === 'days' && count === 1 ? '1 day' : `${count} ${unit}`;
}
