import type { ArgumentsHost } from '@nestjs/common';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { graphqlCarrierOf } from './graphql-field.js';

const SESSION = Symbol('nest-sessions:session');
const CALLER = Symbol('nest-sessions:caller');
const MESSAGE = Symbol('nest-sessions:message');

/**
 * Index of the argument that `switchToHttp()` and `switchToRpc()` return by name. Both methods create
 * functions, which costs more than finding a session in memory.
 */
const REQUEST = 0;
const MESSAGE_CONTEXT = 1;

/** Values that the library attaches to a request or a message's context. */
interface Noted {
  [SESSION]?: Session | null;
  [CALLER]?: string;
  [MESSAGE]?: TokenRequest;
}

/**
 * Returns the object with the lifetime of a request or a message, to which the guard attaches its session. On a
 * WebSocket it is the client. In GraphQL it is the description (`info`) of the resolved field.
 *
 * @param context Context of a guard, an interceptor, a pipe or an exception filter.
 *
 * @example
 * const session = sessionOf(carrierOf(context));
 */
export function carrierOf(context: ArgumentsHost): object {
  switch (context.getType<string>()) {
    case 'rpc':
      return context.getArgByIndex<object | null | undefined>(MESSAGE_CONTEXT) ?? {};
    case 'graphql':
      return graphqlCarrierOf(context.getArgs());
    default:
      return context.getArgByIndex<object | null | undefined>(REQUEST) ?? {};
  }
}

/**
 * Attaches the session to a request or a message's context; `null` for an anonymous request on a route with
 * an optional session.
 */
export function attachSession(carrier: object, session: Session | null): void {
  (carrier as Noted)[SESSION] = session;
}

/**
 * Returns the session that the guard attached: `null` for an anonymous request, `undefined` on routes without
 * a lookup.
 *
 * @param carrier Result of {@link carrierOf}, or the HTTP request itself.
 *
 * @example
 * const session = sessionOf(carrierOf(context)); // in an interceptor
 */
export function sessionOf(carrier: object): Session | null | undefined {
  return (carrier as Noted)[SESSION];
}

/** Attaches the name of the service that has sent a request. */
export function attachCaller(carrier: object, service: string): void {
  (carrier as Noted)[CALLER] = service;
}

/**
 * Returns the name of the authenticated service that sent this request; `undefined` for every other request.
 *
 * @param carrier Result of {@link carrierOf}, or the HTTP request itself.
 *
 * @example
 * const service = callerOf(carrierOf(context)); // in an interceptor
 */
export function callerOf(carrier: object): string | undefined {
  return (carrier as Noted)[CALLER];
}

/** Attaches the credentials of a message to its context. */
export function attachMessage(carrier: object, message: TokenRequest): void {
  (carrier as Noted)[MESSAGE] = message;
}

/** Source of the credentials: the HTTP request itself, or what came with a message. */
export function requestOf(carrier: object): TokenRequest {
  return (carrier as Noted)[MESSAGE] ?? (carrier as TokenRequest);
}
