import { Injectable } from '@nestjs/common';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import type { AccessRule } from './access-rules.js';
import { isFreshEnough } from './fresh-enough.js';

/** Requirements of a route on the session of its caller. */
export type RouteRequirements = Pick<AccessRule, 'anyOf' | 'isServicesOnly' | 'isFresh' | 'maxAge'>;

/**
 * Decision about a live session:
 * - `'authorized'`
 * - `'role-required'`: a role is missing, or the route is for services only (403).
 * - `'reauthentication-required'`: the user's last authentication is too old (403).
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
   * @param request The request, where the rules depend on more than the session.
   */
  authorize(
    session: Session,
    route: RouteRequirements,
    requiredRole: string | undefined,
    request: TokenRequest,
  ): Decision {
    if (route.isServicesOnly) return 'role-required';
    if (requiredRole !== undefined && !this.hasRole(session, requiredRole, request)) {
      return 'role-required';
    }
    const { anyOf } = route;
    if (anyOf.length > 0 && !anyOf.some((role) => this.hasRole(session, role, request))) {
      return 'role-required';
    }
    if (route.isFresh && !isFreshEnough(session, route.maxAge)) return 'reauthentication-required';
    return 'authorized';
  }

  /** Returns whether a session has a role, for this request. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for subclasses
  protected hasRole(session: Session, role: string, _request: TokenRequest): boolean {
    return session.hasRole(role);
  }
}
