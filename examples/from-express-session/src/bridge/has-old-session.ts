import type { SessionData } from 'express-session';

/** Whether a request carries the old session of a user, replaced or not. Other transports carry none. */
export function hasOldSession(request: object): boolean {
  const { session } = request as { session?: Partial<SessionData> };
  return session?.passport?.user !== undefined || session?.replacedBy !== undefined;
}
