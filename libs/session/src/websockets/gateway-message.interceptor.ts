import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, EMPTY, Observable } from 'rxjs';
import { Denials } from '../guard/denials.js';
import { AccessRules } from '../roles/access-rules.js';
import { carrierOf, sessionOf } from '../source/request-session.js';
import { connectionOf } from './gateway-connection.js';

/**
 * Runs the handlers of a gateway's messages:
 * - An error of the library reaches the client with its code. Nest applies no global filters to gateways.
 * - A handler that returns a stream keeps its requirements until the stream ends.
 * - A message that arrives while the connection is being closed is dropped. The guard admits it to public handlers.
 */
@Injectable()
export class GatewayMessageInterceptor implements NestInterceptor {
  readonly #running = new WeakSet<ExecutionContext>();

  constructor(
    private readonly denials: Denials,
    private readonly rules: AccessRules,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'ws') return next.handle();
    this.#running.add(context);
    const client = carrierOf(context);
    const connection = connectionOf(client);
    if (connection?.request === null) return EMPTY;
    const handled = next.handle().pipe(
      catchError((error: unknown) => {
        throw this.denials.toThrow(error, context);
      }),
    );
    const session = this.#needsSession(context) ? sessionOf(client) : null;
    if (!connection || !session) return handled;
    return new Observable((subscriber) => {
      subscriber.add(connection.hold(session, context));
      return handled.subscribe(subscriber);
    });
  }

  /** Whether this interceptor runs a message already. All interceptors of a message receive the same context. */
  isRunning(context: ExecutionContext): boolean {
    return this.#running.has(context);
  }

  #needsSession(context: ExecutionContext): boolean {
    const { isPublic, isSessionOptional } = this.rules.of(context);
    return !isPublic || isSessionOptional;
  }
}
