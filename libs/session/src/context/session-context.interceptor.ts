import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { carrierOf } from '../source/request-session.js';
import { CurrentCarrier } from './current-carrier.js';

/** Transports whose requests and messages carry sessions. */
const TRANSPORTS = ['http', 'rpc', 'ws', 'graphql'];

/**
 * Makes a message the current carrier, for its handler and everything after this interceptor. An HTTP request is
 * the current carrier already, unless a middleware has lost the asynchronous context.
 */
@Injectable()
export class SessionContextInterceptor implements NestInterceptor {
  constructor(private readonly carriers: CurrentCarrier) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!TRANSPORTS.includes(context.getType())) return next.handle();
    const carrier = carrierOf(context);
    if (this.carriers.get() === carrier) return next.handle();
    return new Observable((subscriber) =>
      this.carriers.run(carrier, () => next.handle().subscribe(subscriber)),
    );
  }
}
