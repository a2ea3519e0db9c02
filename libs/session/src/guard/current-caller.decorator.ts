import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { callerOf, carrierOf } from '../source/request-session.js';

/**
 * Injects the name of the authenticated service that sent the request or message; otherwise `undefined`.
 *
 * @example
 * ```ts
 * @AllowServices('billing')
 * @Get('unpaid')
 * unpaid(@CurrentCaller() caller: string | undefined) {
 *   return { requestedBy: caller };
 * }
 * ```
 */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(carrierOf(context)),
);
