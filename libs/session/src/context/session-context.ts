import { Injectable } from '@nestjs/common';
import { sessionRequired } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import type { SessionUser } from '../session/session-types.js';
import { callerOf, sessionOf } from '../source/request-session.js';
import { CurrentCarrier } from './current-carrier.js';
import { NoCurrentSessionError } from './no-current-session.error.js';

const OUTSIDE =
  'this code runs outside of a request. Pass the session to it as an argument, or read the session before the work leaves the request.';
const NOT_LOOKED_UP =
  'the route is @Public(), a service called it as itself, or SessionGuard has not run ' +
  'yet. Remove @Public(), or replace it with @OptionalSession() and read ' +
  'SessionContext.session.';

/**
 * Session of the current request or message, for providers of any scope. The guard has authorized it.
 *
 * The session is a snapshot of the moment at which the guard ran. Work that goes on after the response still
 * reads it, and must look the session up again before it relies on it.
 *
 * @example
 * @Injectable()
 * export class OrdersService {
 *   constructor(private readonly context: SessionContext) {}
 *
 *   list() {
 *     return this.orders.ofUser(this.context.requireSession().user.id);
 *   }
 * }
 */
@Injectable()
export class SessionContext {
  constructor(private readonly carriers: CurrentCarrier) {}

  /**
   * Session of the caller; `null` when the request is anonymous, on a `@Public()` route, before the guard has
   * run, and outside of a request.
   */
  get session(): Session | null {
    const carrier = this.carriers.get();
    return carrier === undefined ? null : (sessionOf(carrier) ?? null);
  }

  /** User of {@link session}; `null` where there is no session. */
  get user(): SessionUser | null {
    return this.session?.user ?? null;
  }

  /** Name of the authenticated service that has sent the request or message; `null` for every other request. */
  get caller(): string | null {
    const carrier = this.carriers.get();
    return carrier === undefined ? null : (callerOf(carrier) ?? null);
  }

  /**
   * Returns the session of the caller.
   *
   * @throws SessionException 401 for an anonymous request on a route with `@OptionalSession()`
   * @throws NoCurrentSessionError outside of a request, on a `@Public()` route, before the guard has run, and
   *   for a service that calls as itself
   *
   * @example
   * const { user } = sessionContext.requireSession();
   */
  requireSession(): Session {
    const carrier = this.carriers.get();
    if (carrier === undefined) throw new NoCurrentSessionError(OUTSIDE);
    const session = sessionOf(carrier);
    if (session === undefined) throw new NoCurrentSessionError(NOT_LOOKED_UP);
    if (session === null) throw sessionRequired();
    return session;
  }
}
