import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { Session } from '../session/session.js';
import { type GraphqlField, graphqlFieldOf } from '../source/graphql-field.js';
import { attachSession, carrierOf, sessionOf } from '../source/request-session.js';
import type { GraphqlConnection } from './graphql-connection.js';
import { GraphqlConnections } from './graphql-connections.js';
import { GraphqlRequests, rawRequestOf } from './graphql-requests.js';
import { untilEnd } from './until-end.js';

/** Closes the connection of a subscription whose session no longer meets the requirements of its resolver. */
@Injectable()
export class GraphqlInterceptor implements NestInterceptor {
  constructor(
    private readonly requests: GraphqlRequests,
    private readonly connections: GraphqlConnections,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'graphql') return next.handle();
    const field = graphqlFieldOf(context.getArgs());
    const session = sessionOf(carrierOf(context));
    if (session === undefined || !isRoot(field)) return next.handle();
    const request = this.requests.of(field.context);
    if (request === null) return next.handle();
    const connection = this.connections.of(rawRequestOf(request));
    if (connection === undefined) {
      shareOn(request, session);
      return next.handle();
    }
    return session !== null && field.info?.operation?.operation === 'subscription'
      ? this.#subscribed(connection, session, context, next)
      : next.handle();
  }

  #subscribed(
    connection: GraphqlConnection,
    session: Session,
    context: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> {
    return next
      .handle()
      .pipe(map((events: unknown) => untilEnd(events, () => connection.hold(session, context))));
  }
}

function isRoot({ info }: GraphqlField): boolean {
  return info?.path !== undefined && info.path.prev === undefined;
}

/**
 * Attaches the session to the HTTP request, for code that has no field: `SessionContext` in a resolver of a field
 * without interceptors. If one operation of the request counts as anonymous, the request does.
 */
function shareOn(request: object, session: Session | null): void {
  if (sessionOf(request) === null) return;
  attachSession(request, session);
}
