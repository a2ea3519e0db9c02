/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- Nest's interface has them. */
import type { ExecutionContext, Type } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { callerHeadersOf } from '../channels/caller-headers.js';
import { OpeningContext } from '../channels/opening.context.js';
import type { TokenHeaders, TokenRequest } from '../token/token-headers.js';
import { connect, connectAnonymously } from './connection.handlers.js';

/** Name of the connection in the security log, in place of a field. */
const INFO = { parentType: 'GraphQL', fieldName: 'connection' };

/** Opening of a connection for GraphQL operations. The guard decides about it as about a field. */
export class ConnectionContext extends OpeningContext {
  /** Unlike a GET request, a connection can change state: its origin must be checked. */
  readonly credentials: TokenRequest;
  readonly #args: readonly unknown[];

  constructor(
    request: IncomingMessage,
    private readonly isAnonymousAllowed: boolean,
  ) {
    super();
    const { headers, rawHeaders } = request;
    const { 'sec-fetch-site': site }: TokenHeaders = headers;
    this.credentials = {
      headers: { ...callerHeadersOf(headers), 'sec-fetch-site': site },
      rawHeaders,
      method: 'UPGRADE',
    };
    this.#args = [undefined, {}, { req: request }, INFO];
  }

  getType<T extends string>(): T {
    return 'graphql' as T;
  }

  getClass<T>(): Type<T> {
    return ConnectionContext as unknown as Type<T>;
  }

  getHandler(): ReturnType<ExecutionContext['getHandler']> {
    return this.isAnonymousAllowed ? connectAnonymously : connect;
  }

  getArgs<T extends unknown[]>(): T {
    return this.#args as unknown[] as T;
  }
}
