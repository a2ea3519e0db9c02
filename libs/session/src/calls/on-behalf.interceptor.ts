import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { finalize, Observable } from 'rxjs';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { carrierOf, requestOf, sessionOf } from '../source/request-session.js';
import { OnBehalf, onBehalf } from './on-behalf.js';

/** Index of the response among a handler's arguments. */
const RESPONSE = 1;

/**
 * Makes the calls of a handler carry the session of its request, until the handler has finished and the
 * response is sent. A handler whose client has disconnected keeps the session until it has finished.
 */
@Injectable()
export class OnBehalfInterceptor implements NestInterceptor {
  constructor(private readonly instruments: SessionInstruments) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.instruments.isIdle) return this.#handle(context, next);
    return this.instruments.run({ name: 'handle', context }, () => this.#handle(context, next));
  }

  #handle(context: ExecutionContext, next: CallHandler): Observable<unknown> {
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

/** Returns the session of a request; only HTTP requests and messages carry sessions. */
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
  // The result of the handler is the answer to a message.
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
