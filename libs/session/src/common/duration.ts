import ms, { type StringValue } from 'ms';
import { SessionOptionsError } from '../errors/session-options.error.js';

/** Time span: milliseconds, or text such as `'30m'`, `'12h'`, `'500ms'`. */
export type Duration = number | string;

/**
 * Returns the milliseconds of a {@link Duration}.
 *
 * @throws SessionOptionsError when it is not a whole, positive number of milliseconds
 */
export function toMilliseconds(name: string, value: Duration): number {
  // `ms` reads a bare '30' as milliseconds, which is never the intention.
  const unitless = typeof value === 'string' && /^[\d.\s]*$/.test(value);
  const milliseconds =
    typeof value === 'number'
      ? value
      : unitless
        ? NaN
        : (ms(value as StringValue) as number | undefined);
  if (milliseconds === undefined || !Number.isSafeInteger(milliseconds) || milliseconds <= 0) {
    throw new SessionOptionsError(
      `${name}: '${String(value)}' is not a time span. Give milliseconds or text such as '30m', '12h' or '500ms'.`,
    );
  }
  return milliseconds;
}
