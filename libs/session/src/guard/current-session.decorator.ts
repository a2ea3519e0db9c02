import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Session } from '../session/session';
import { sessionOf } from './request-session';

/** The caller's {@link Session}. Only on routes that ask for one: a `@Public()` route has none. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext) =>
  currentSession(context),
);

/** @throws Error on a route that is `@Public()`: a mistake of its author, not of its caller. */
export function currentSession(context: ExecutionContext): Session {
  const session = sessionOf(context.switchToHttp().getRequest<object>());
  if (session === undefined) {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    throw new Error(`${route} is public and has no session: remove @Public(), or do without it.`);
  }
  return session;
}
