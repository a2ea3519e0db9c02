import { createHash } from 'node:crypto';

/** The id of a token's session. */
export function idOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Where Redis keeps it. */
export function sessionKeyOf(token: string): string {
  return `session:{${idOf(token)}}`;
}
