import { randomBytes } from 'node:crypto';
import { exampleVariables } from './compose-project';

/** Folders of docker/ with their own Compose file. */
export const TOPOLOGIES = ['single', 'sentinel', 'cluster'] as const;

/** Returns the variables of docker/example.env as an operator sets them. */
export function filledIn(): Record<string, string> {
  return Object.fromEntries([...exampleVariables().keys()].map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  // Same format as `openssl rand -hex 32`.
  if (/PASSWORD|SECRET/.test(name)) return randomBytes(32).toString('hex');
  if (name.startsWith('TLS_')) return `/etc/ssl/private/${name.toLowerCase()}.pem`;
  if (name === 'REDIS_MAXMEMORY') return '256mb';
  // Left empty.
  if (name === 'SESSION_NEAR_CACHE') return '';
  throw new Error(`What does an operator put into ${name}?`);
}
