import type { CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';

/** Guard and interceptor of an application for the messages of its gateways. */
export interface MessageHandling {
  readonly guard: CanActivate;
  readonly interceptor: NestInterceptor & {
    /** Whether the interceptor runs this message already. */
    isRunning(context: ExecutionContext): boolean;
  };
}
