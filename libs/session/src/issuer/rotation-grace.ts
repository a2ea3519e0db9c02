import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';

/** Longer than any request of an open page takes, in milliseconds. */
const MAX_GRACE = 60_000;

/**
 * Returns the milliseconds of a grace: a time span of at most a minute, or 0 for no grace.
 *
 * @throws SessionOptionsError naming the option and its expected value
 *
 * @example
 * toRotationGrace('rotationGrace', '10s'); // 10000
 */
export function toRotationGrace(name: string, value: Duration): number {
  if (value === 0 || value === '0') return 0;
  const grace = toMilliseconds(name, value);
  if (grace <= MAX_GRACE) return grace;
  throw new SessionOptionsError(
    `${name}: a replaced token must not stay valid for longer than '60s'. Give '60s' or less, or 0 for no grace period.`,
  );
}
