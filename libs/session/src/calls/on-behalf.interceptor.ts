import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { finalize, Observable } from 'rxjs';
import { carrierOf, requestOf, sessionOf } from '../source/request-session.js';
import { OnBehalf, onBehalf } from './on-behalf.js';

/** Where Nest has it among a handler's arguments. */
const RESPONSE = 1;

/**
 * Makes the calls of a handler carry the session of its request until the handler has finished and the response
 * is sent. A handler whose client disconnected keeps the session until it has finished.
 */
@Injectable()
export class OnBehalfInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const behalf = behalfOf(context);
    return new Observable((subscriber) =>
      onBehalf.run(behalf, () =>
        next
          .handle()
          .pipe(
            finalize(() => {
              if (behalf) endWithAnswer(behalf, context);
            }),
          )
          .subscribe(subscriber),
      ),
    );
  }
}

/** Sessions come in through these two doors. */
function behalfOf(context: ExecutionContext): OnBehalf | null {
  if (!['http', 'rpc'].includes(context.getType())) return null;
  const carrier = carrierOf(context);
  const session = sessionOf(carrier);
  return session ? new OnBehalf(session, requestOf(carrier)) : null;
}

function endWithAnswer(behalf: OnBehalf, context: ExecutionContext): void {
  const end = () => {
    behalf.end();
  };
  // A message is answered with what the handler gives.
  if (context.getType() === 'rpc') {
    end();
    return;
  }
  const response = context.getArgByIndex<ServerResponse | { readonly raw: ServerResponse }>(
    RESPONSE,
  );
  const raw = 'raw' in response ? response.raw : response;
  if (raw.writableFinished || raw.destroyed) end();
  else raw.once('close', end);
}
