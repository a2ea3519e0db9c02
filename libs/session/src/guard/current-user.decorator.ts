import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { currentSession } from './current-session.decorator.js';

/**
 * Injects the `SessionUser` of the caller's session; `null` where `@CurrentSession()` is `null`.
 *
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentUser() user: SessionUser) {
 *   return { name: user.username };
 * }
 * ```
 */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext) => currentSession(context)?.user ?? null,
);
