import { randomBytes } from 'node:crypto';
import { exampleVariables } from './compose-project';

/** The folders of docker/ that have a Compose file of their own. */
export const TOPOLOGIES = ['single', 'sentinel', 'cluster'] as const;

/** docker/example.env as an operator fills it in. */
export function filledIn(): Record<string, string> {
  return Object.fromEntries([...exampleVariables().keys()].map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  // As `openssl rand -hex 32` makes them.
  if (/PASSWORD|SECRET/.test(name)) return randomBytes(32).toString('hex');
  if (name.startsWith('TLS_')) return `/etc/ssl/private/${name.toLowerCase()}.pem`;
  if (name === 'REDIS_MAXMEMORY') return '256mb';
  // Left as it is.
  if (name === 'SESSION_NEAR_CACHE') return '';
  throw new Error(`What does an operator put into ${name}?`);
}
