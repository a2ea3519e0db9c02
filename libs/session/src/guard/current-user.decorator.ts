import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { currentSession } from './current-session.decorator';

/** Who is calling: the `SessionUser` of the caller's session. Only on routes that ask for one. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext) => currentSession(context).user,
);
