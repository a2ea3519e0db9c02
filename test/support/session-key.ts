import { createHash } from 'node:crypto';

/** Returns the id of a token's session. */
export function idOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Returns the Redis key of a token's session. */
export function sessionKeyOf(token: string): string {
  return `session:{${idOf(token)}}`;
}
