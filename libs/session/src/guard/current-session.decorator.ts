import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { carrierOf, sessionOf } from '../source/request-session.js';

/**
 * Injects the caller's {@link Session}. With `@OptionalSession()` it is `null` without a valid session. Fails
 * on `@Public()` routes.
 *
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentSession() session: Session) {
 *   return { roles: session.roles, signedInAt: new Date(session.authenticatedAt) };
 * }
 * ```
 */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext) =>
  currentSession(context),
);

/** @throws Error on a `@Public()` route and for a service that calls as itself: a mistake in the route. */
export function currentSession(context: ExecutionContext): Session | null {
  const session = sessionOf(carrierOf(context));
  if (session === undefined) {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    throw new Error(
      `${route} has no session: the route is @Public(), or a service called it as itself. ` +
        'Remove @Public(), replace it with @OptionalSession(), or leave the parameter out.',
    );
  }
  return session;
}
