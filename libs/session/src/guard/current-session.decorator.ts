import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Session } from '../session/session';
import { carrierOf, sessionOf } from '../source/request-session';

/** The caller's {@link Session}. Only on routes that ask for one: a `@Public()` route has none. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext) =>
  currentSession(context),
);

/** @throws Error on a route that is `@Public()`: a mistake of its author, not of its caller. */
export function currentSession(context: ExecutionContext): Session {
  const session = sessionOf(carrierOf(context));
  if (session === undefined) {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    throw new Error(
      `${route} has no session: it is public, or a service called by itself. Close it, or do without the session.`,
    );
  }
  return session;
}
