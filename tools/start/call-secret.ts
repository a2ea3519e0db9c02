import { randomBytes } from 'node:crypto';

/** As many as the apps ask for. */
const BYTES = 32;

/** What the apps of one start prove their names to each other with. Nobody else needs to know it. */
export function newCallSecret(): string {
  return randomBytes(BYTES).toString('hex');
}
