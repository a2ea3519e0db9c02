import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { callerOf, carrierOf } from '../source/request-session.js';

/** The name of the service that has sent the request or message; `undefined` when none has proven to. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(carrierOf(context)),
);
