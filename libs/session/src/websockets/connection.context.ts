/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- Nest's interface has them. */
import type { Type } from '@nestjs/common';
import { OpeningContext } from '../channels/opening.context.js';
import type { TokenRequest } from '../token/token-headers.js';
import type { Gateway } from './gateway.js';

/** Execution context of a connection to a gateway, for the guard. */
export class ConnectionContext extends OpeningContext {
  /**
   * @param client Object to which the guard attaches the session: the client, or the handshake before there is
   *   a client.
   * @param request Credentials of the connection.
   * @param isUse Whether the connection is a use of the session, which renews the idle timeout.
   */
  constructor(
    readonly gateway: Pick<Gateway, 'type' | 'handler'>,
    private readonly client: object,
    readonly request: TokenRequest,
    readonly isUse = false,
  ) {
    super();
  }

  getType<T extends string>(): T {
    return 'ws' as T;
  }

  getClass<T>(): Type<T> {
    return this.gateway.type as Type<T>;
  }

  getHandler(): () => void {
    return this.gateway.handler;
  }

  getArgs<T extends unknown[]>(): T {
    return [this.client] as unknown[] as T;
  }
}
