import ms, { type StringValue } from 'ms';
import { SessionOptionsError } from '../errors/session-options.error.js';

/** Time span: milliseconds, or text such as `'30m'`, `'12h'`, `'500ms'`. */
export type Duration = number | string;

/**
 * Returns the milliseconds of a {@link Duration}.
 *
 * @throws SessionOptionsError when it is not a whole, positive number of milliseconds
 *
 * @example
 * toMilliseconds('idleTimeout', '30m'); // 1800000
 */
export function toMilliseconds(name: string, value: Duration): number {
  const milliseconds = typeof value === 'string' ? millisecondsOf(value) : value;
  if (milliseconds === undefined || !Number.isSafeInteger(milliseconds) || milliseconds <= 0) {
    throw new SessionOptionsError(
      `${name}: '${String(value)}' is not a time span. Give milliseconds or text such as '30m', '12h' or '500ms'.`,
    );
  }
  return milliseconds;
}

function millisecondsOf(text: string): number | undefined {
  // `ms` reads a bare '30' as milliseconds, which is never the intention.
  const isUnitless = /^[\d.\s]*$/.test(text);
  return isUnitless ? undefined : ms(text as StringValue);
}
