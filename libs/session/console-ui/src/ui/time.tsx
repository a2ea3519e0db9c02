import { relativeTime } from '../words/relative-time';
import { useNow } from './use-now';

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Returns a time in the reader's time zone. @param time RFC 3339, or epoch milliseconds. */
export function exactTime(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'unknown' : EXACT.format(date);
}

/** A relative time. Its exact time appears on hover and focus, and is read by screen readers. */
export function Time({ at }: { at: string | number }) {
  const now = useNow();
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>unknown</span>;
  return (
    <time className="time" dateTime={date.toISOString()} tabIndex={0}>
      {relativeTime(date.getTime(), now)}
      <span className="exact">
        <span className="hidden"> (</span>
        {EXACT.format(date)}
        <span className="hidden">)</span>
      </span>
    </time>
  );
}
