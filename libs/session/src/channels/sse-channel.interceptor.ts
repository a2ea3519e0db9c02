import {
  type BeforeApplicationShutdown,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type MessageEvent,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { Observable, Subject, takeUntil, tap } from 'rxjs';
import { messageErrorOf } from '../guard/message-error.js';
import type { Session } from '../session/session.js';
import { carrierOf, sessionOf } from '../source/request-session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { SessionChannels } from './session-channels.js';

/** Metadata of `@Sse()`, which Nest does not export. */
const SSE_METADATA = '__sse__';

/** Type of the last event of a stream whose session has ended. Its data is the reason. */
const LAST_EVENT = 'session-ended';

/** Express' response, or Fastify's reply around the response of Node.js. */
type Response = ServerResponse | { readonly raw: ServerResponse };

/**
 * Ends the event streams of `@Sse()` handlers with the session that opened them. The last event has the type
 * `session-ended`, and the code of the reason in its data. An `EventSource` then connects again, and gives up
 * when the guard answers 401 or 403 (HTML Standard, 9.2.3).
 */
@Injectable()
export class SseChannelInterceptor implements NestInterceptor, BeforeApplicationShutdown {
  readonly #shutdown = new Subject<void>();

  constructor(
    private readonly reflector: Reflector,
    private readonly channels: SessionChannels,
  ) {}

  /**
   * Ends the streams: the server closes when its last response has ended. Clients connect to another instance.
   *
   * @internal Hook that Nest calls.
   */
  beforeApplicationShutdown(): void {
    this.#shutdown.next();
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const isStream = this.reflector.get<boolean | undefined>(SSE_METADATA, context.getHandler());
    const session = isStream ? sessionOf(carrierOf(context)) : null;
    return session ? this.#closable(session, context, next) : next.handle();
  }

  #closable(session: Session, context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    const raw = 'raw' in response ? response.raw : response;
    return new Observable((subscriber) => {
      // The client sends the id of the last event when it connects again: the reason must not replace it.
      let lastId: string | undefined;
      const channel = this.channels.open(session, {
        context,
        request: http.getRequest<TokenRequest>(),
        connection: {
          close: (reason) => {
            const last = { type: LAST_EVENT, data: messageErrorOf(reason) };
            subscriber.next(lastId === undefined ? last : { ...last, id: lastId });
            subscriber.complete();
          },
          terminate: () => raw.destroy(),
        },
      });
      // Also when the client has left before the handler returned its stream.
      if (raw.destroyed) channel.release();
      else
        raw.once('close', () => {
          channel.release();
        });
      return next
        .handle()
        .pipe(
          tap((message: Partial<MessageEvent> | null | undefined) => {
            lastId = message?.id ?? lastId;
          }),
          takeUntil(this.#shutdown),
        )
        .subscribe(subscriber);
    });
  }
}
