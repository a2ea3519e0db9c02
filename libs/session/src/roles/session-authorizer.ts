import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import type { AccessRule } from './access-rules.js';
import { isRecentSignIn } from './recent-sign-in.js';

/** Requirements of a route on the session of its caller. */
export type RouteRequirements = Pick<
  AccessRule,
  'anyOf' | 'isServicesOnly' | 'skipsCache' | 'maxSignInAge'
>;

/**
 * Decision about a live session:
 * - `'authorized'`
 * - `'role-required'`: a role is missing, or the route is for services only (403).
 * - `'reauthentication-required'`: the user's last authentication is too old, or the session is superseded
 *   (403).
 */
export type Decision = 'authorized' | 'role-required' | 'reauthentication-required';

/**
 * Decides whether a session meets the requirements of a route. The guard, and a gateway's forward auth, ask
 * this one class. Extend it for rules that are richer than a list of roles, and pass the subclass to
 * `SessionModule` as `authorizer`.
 *
 * @example
 * ```ts
 * // A role of the session may end in a wildcard: 'orders:*' implies 'orders:write'.
 * export class WildcardAuthorizer extends SessionAuthorizer {
 *   protected override hasRole({ roles }: Session, role: string): boolean {
 *     return roles.some((own) => own === role || (own.endsWith('*') && role.startsWith(own.slice(0, -1))));
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionAuthorizer {
  /**
   * Decides about one request.
   *
   * @param requiredRole Role that every route of the service requires; `undefined` for none.
   * @param request The request, where the rules depend on more than the session. Where a gateway asks: its
   *   question, with the headers of the original request.
   * @param context Handler about to run, with its metadata and arguments. `undefined` where a gateway asks,
   *   which knows the route from the access catalogue only. A rule that needs the context should then return
   *   `'authorized'` if the session may have access: the guard of the service decides again, with the context.
   */
  authorize(
    session: Session,
    route: RouteRequirements,
    requiredRole: string | undefined,
    request: TokenRequest,
    context?: ExecutionContext,
  ): Decision {
    if (route.isServicesOnly) return 'role-required';
    if (requiredRole !== undefined && !this.hasRole(session, requiredRole, request, context)) {
      return 'role-required';
    }
    const { anyOf } = route;
    if (anyOf.length > 0 && !anyOf.some((role) => this.hasRole(session, role, request, context))) {
      return 'role-required';
    }
    const { skipsCache, maxSignInAge } = route;
    if (skipsCache && session.supersededBy !== null) return 'reauthentication-required';
    if (maxSignInAge === null || isRecentSignIn(session, maxSignInAge)) return 'authorized';
    return 'reauthentication-required';
  }

  /**
   * Returns whether a session has a role, for this request.
   *
   * @param _context As for {@link authorize}.
   */
  protected hasRole(
    session: Session,
    role: string,
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for subclasses
    _request: TokenRequest,
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for subclasses
    _context?: ExecutionContext,
  ): boolean {
    return session.hasRole(role);
  }
}
