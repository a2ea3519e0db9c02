import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { currentSession } from './current-session.decorator.js';

/** `SessionUser` of the caller's session; `null` where `@CurrentSession()` is. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext) => currentSession(context)?.user ?? null,
);
