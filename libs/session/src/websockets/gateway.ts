import type { Type } from '@nestjs/common';

/** WebSocket gateway of the application. */
export interface Gateway {
  readonly type: Type;
  /** Handler of new connections, whose decorators apply to them. */
  readonly handler: () => void;
  /** `0` for the port of the application. */
  readonly port: number;
  readonly path: string | undefined;
  /** Namespace of socket.io: a name with its slash, a pattern, or a function. */
  readonly namespace: unknown;
}

/** Handler without decorators, for a gateway without `handleConnection()`. */
export function connect(): void {
  // Carries no metadata: the decorators of the class apply.
}
