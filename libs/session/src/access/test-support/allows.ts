import { SessionAuthorizer } from '../../roles/session-authorizer.js';
import type { Session } from '../../session/session.js';
import type { AccessMatch } from '../access-matcher.js';

const authorizer = new SessionAuthorizer();

/** Returns whether a session has the roles that every route of a match requires. */
export function allows({ routes }: AccessMatch, session: Session, requiredRole?: string): boolean {
  return routes.every(
    (route) =>
      authorizer.authorize(session, route, requiredRole, { headers: {} }) !== 'role-required',
  );
}
