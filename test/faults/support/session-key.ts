import { createHash } from 'node:crypto';
import type { Visitor } from './visitor';

/** Where Redis keeps a visitor's session. */
export function sessionKeyOf({ token }: Visitor): string {
  return `session:{${createHash('sha256').update(token).digest('base64url')}}`;
}
