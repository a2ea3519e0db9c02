import type { ArgumentsHost } from '@nestjs/common';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';

const SESSION = Symbol('nest-sessions:session');
const CALLER = Symbol('nest-sessions:caller');
const MESSAGE = Symbol('nest-sessions:message');

/**
 * What `switchToHttp()` and `switchToRpc()` give by name, as a handler's arguments: those calls make
 * functions, which costs more than finding a session in memory.
 */
const REQUEST = 0;
const MESSAGE_CONTEXT = 1;

/** What is noted on a request that was let in. */
interface Noted {
  [SESSION]?: Session | null;
  [CALLER]?: string;
  [MESSAGE]?: TokenRequest;
}

/** Object with the lifetime of a request or a message; a new one where a transport, as GraphQL, has none. */
export function carrierOf(context: ArgumentsHost): object {
  const index = context.getType() === 'rpc' ? MESSAGE_CONTEXT : REQUEST;
  return context.getArgByIndex<object | null | undefined>(index) ?? {};
}

/**
 * Attaches the session to a request or a message's context; `null` for an anonymous request on a route with an
 * optional session.
 */
export function attachSession(carrier: object, session: Session | null): void {
  (carrier as Noted)[SESSION] = session;
}

/** Session attached by the guard; `undefined` on routes without a lookup. */
export function sessionOf(carrier: object): Session | null | undefined {
  return (carrier as Noted)[SESSION];
}

/** Notes which service has sent a request. */
export function attachCaller(carrier: object, service: string): void {
  (carrier as Noted)[CALLER] = service;
}

/** The service that has proven that it sent this request; `undefined` for everybody else's. */
export function callerOf(carrier: object): string | undefined {
  return (carrier as Noted)[CALLER];
}

/** Notes on a message's context what came with the message. */
export function attachMessage(carrier: object, message: TokenRequest): void {
  (carrier as Noted)[MESSAGE] = message;
}

/** What says who is asking: of HTTP the request itself, of a message what came with it. */
export function requestOf(carrier: object): TokenRequest {
  return (carrier as Noted)[MESSAGE] ?? (carrier as TokenRequest);
}
