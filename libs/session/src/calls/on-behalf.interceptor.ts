import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { carrierOf, requestOf, sessionOf } from '../source/request-session';
import { type OnBehalf, onBehalf } from './on-behalf';

/** Has the calls that a handler makes carry the session that it is served for. */
@Injectable()
export class OnBehalfInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const behalf = behalfOf(context);
    return new Observable((subscriber) =>
      onBehalf.run(behalf, () => next.handle().subscribe(subscriber)),
    );
  }
}

/** Sessions come in through these two doors. */
function behalfOf(context: ExecutionContext): OnBehalf | null {
  if (!['http', 'rpc'].includes(context.getType())) return null;
  const carrier = carrierOf(context);
  const session = sessionOf(carrier);
  return session ? { session, request: requestOf(carrier) } : null;
}
