import type { Session } from '../session/session.js';

/** Condition on sessions. A session meets it when it meets every given field. */
export interface SessionFilter {
  /** Id of the user. The user's index is read, not the list of all sessions. */
  readonly userId?: string;
  /** Role that the session must have. */
  readonly role?: string;
  /** Address at sign-in, as recorded. */
  readonly ip?: string;
  /** Latest time of the sign-in, exclusive (epoch milliseconds). */
  readonly signedInBefore?: number;
  /** Earliest time of the sign-in, inclusive (epoch milliseconds). */
  readonly signedInAfter?: number;
}

const FIELDS: ReadonlySet<string> = new Set<keyof SessionFilter>([
  'userId',
  'role',
  'ip',
  'signedInBefore',
  'signedInAfter',
]);

/** @throws TypeError for a field that is not understood, which must not widen the result */
export function requireFilter(filter: SessionFilter): void {
  for (const name of Object.keys(filter)) {
    if (FIELDS.has(name)) continue;
    throw new TypeError(`'${name}' is not a filter of sessions. Use ${[...FIELDS].join(', ')}.`);
  }
}

/** Whether a filter has no condition, so that every session meets it. */
export function isEmptyFilter(filter: SessionFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** Whether a session meets a filter. */
export function meets(session: Session, filter: SessionFilter): boolean {
  const { userId, role, ip, signedInBefore = Infinity, signedInAfter = -Infinity } = filter;
  return (
    (userId === undefined || session.user.id === userId) &&
    (role === undefined || session.hasRole(role)) &&
    (ip === undefined || session.ip === ip) &&
    session.createdAt < signedInBefore &&
    session.createdAt >= signedInAfter
  );
}
