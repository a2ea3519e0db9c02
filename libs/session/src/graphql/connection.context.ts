import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import {
  CALL_HEADER,
  IDENTITY_HEADER,
  type TokenHeaders,
  type TokenRequest,
} from '../token/token-headers.js';
import { connect, connectAnonymously } from './connection.handlers.js';

type Read = ReturnType<ExecutionContext['switchToHttp']>['getRequest'];

/** Name of the connection in the security log, in place of a field. */
const INFO = { parentType: 'GraphQL', fieldName: 'connection' };

/** Opening of a connection for GraphQL operations. The guard decides about it as about a field. */
export class ConnectionContext implements ExecutionContext {
  /** Unlike a GET request, a connection can change state: its origin must be checked. */
  readonly credentials: TokenRequest;
  readonly getHandler: ExecutionContext['getHandler'];
  readonly #args: readonly unknown[];

  constructor(request: IncomingMessage, isAnonymousAllowed: boolean) {
    const { headers, rawHeaders } = request;
    this.credentials = { headers: callerHeadersOf(headers), rawHeaders, method: 'UPGRADE' };
    this.#args = [undefined, {}, { req: request }, INFO];
    this.getHandler = () => (isAnonymousAllowed ? connectAnonymously : connect);
  }

  readonly getType = (() => 'graphql') as ExecutionContext['getType'];

  readonly getClass = (() => ConnectionContext) as unknown as ExecutionContext['getClass'];

  readonly getArgs = (() => this.#args) as ExecutionContext['getArgs'];

  readonly getArgByIndex = ((index: number) =>
    this.#args[index]) as ExecutionContext['getArgByIndex'];

  switchToHttp() {
    return { getRequest: this.#read(0), getResponse: this.#read(1), getNext: this.#read(2) };
  }

  switchToRpc() {
    return { getData: this.#read(0), getContext: this.#read(1) };
  }

  switchToWs() {
    return { getClient: this.#read(0), getData: this.#read(1), getPattern: () => '' };
  }

  #read(index: number): Read {
    return (() => this.#args[index]) as Read;
  }
}

/** Copies the headers that identify the caller and the page: Mercurius adds to the others what clients send later. */
function callerHeadersOf(headers: TokenHeaders): TokenHeaders {
  const { cookie, authorization, host, origin, 'sec-fetch-site': site } = headers;
  return {
    cookie,
    authorization,
    host,
    origin,
    'sec-fetch-site': site,
    [CALL_HEADER]: headers[CALL_HEADER],
    [IDENTITY_HEADER]: headers[IDENTITY_HEADER],
  };
}
