/** Maximum time between two renewals of a session, as a fraction of its idle timeout. */
const FRACTION = 1 / 30;

/**
 * Returns the maximum time between two renewals of a session, in milliseconds. A session may end that much
 * early, so a short idle timeout shortens it.
 *
 * @param touchInterval Configured maximum, in milliseconds.
 * @param idleTimeout Idle timeout of the session, in milliseconds.
 */
export function renewalInterval(touchInterval: number, idleTimeout: number): number {
  return Math.min(touchInterval, idleTimeout * FRACTION);
}
