import { randomBytes } from 'node:crypto';

/** Minimum that the apps require. */
const BYTES = 32;

/**
 * Returns a secret with which the apps of one start prove their names to each other. No other program needs
 * it.
 */
export function newCallSecret(): string {
  return randomBytes(BYTES).toString('hex');
}
