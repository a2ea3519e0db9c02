/** Minimum number of windows in the lifetime of a session; the maximum is twice as many. */
const WINDOWS_PER_LIFETIME = 512;

/**
 * Window of time in which absolute timeouts end. The sessions of a window share one list of the index.
 *
 * Its length is a power of two, chosen by the lifetime of the session: 66 seconds for 12 hours. Few sessions
 * share a list then, and few lists cover all sessions.
 */
export interface LiveWindow {
  /** Binary logarithm of the length in milliseconds. */
  readonly width: number;
  /** Number of the window since the epoch. */
  readonly number: number;
}

/** Returns the binary logarithm of the length of the windows for sessions of a lifetime (milliseconds). */
export function widthFor(lifetime: number): number {
  return Math.max(0, Math.floor(Math.log2(lifetime / WINDOWS_PER_LIFETIME)));
}

/** Returns the window of this length in which a time (epoch milliseconds) lies. */
export function windowAt(width: number, time: number): LiveWindow {
  return { width, number: Math.floor(time / 2 ** width) };
}

/** Returns the first epoch millisecond of a window. */
export function startOf({ width, number }: LiveWindow): number {
  return number * 2 ** width;
}

/** Returns the first epoch millisecond after a window. */
export function endOf({ width, number }: LiveWindow): number {
  return (number + 1) * 2 ** width;
}
