import type { IncomingMessage } from 'node:http';

/** Request of Engine.IO, with its parsed query. */
export interface EngineRequest extends IncomingMessage {
  readonly _query?: { readonly sid?: string };
}

/** WebSocket of a transport of Engine.IO, of the package `ws` by default. */
export interface EngineWebSocket {
  readonly readyState: number;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** Connection of Engine.IO, on which a client joins namespaces. */
export interface EngineConnection {
  readonly request: EngineRequest;
  /** Long polling has no `socket`, and other packages than `ws` may have another. */
  readonly transport: { readonly socket?: Partial<EngineWebSocket> };
  close(discard?: boolean): void;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Response of Engine.IO's middleware. For long polling it is the response of Node.js. For an upgrade it is a
 * stand-in that sends nothing, without `headersSent`.
 */
export interface EngineResponse {
  readonly headersSent?: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(body: string): unknown;
}

/** Server of Engine.IO 6.4 or later. */
export interface Engine {
  readonly clients: Readonly<Record<string, EngineConnection>>;
  use(
    middleware: (request: EngineRequest, response: EngineResponse, next: () => void) => void,
  ): unknown;
  prependListener(event: 'connection', listener: (connection: EngineConnection) => void): unknown;
}

/** Client in a namespace. */
export interface IoSocket {
  readonly conn: EngineConnection;
  readonly nsp: { readonly name: string };
  /** Key of the state that `connectionStateRecovery` restores. */
  pid?: string;
  emit(event: string, data: object): unknown;
  disconnect(close: boolean): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** State to restore, as a client names it when it joins a namespace. */
export interface JoinRequest {
  readonly pid?: unknown;
}

type Add = (
  client: { readonly conn: EngineConnection },
  auth: JoinRequest,
  then: unknown,
) => unknown;

/** Namespace, or parent of dynamic namespaces. */
export interface IoNamespace {
  readonly name: string;
  /** Internal: creates the socket of a client, and restores its state. */
  _add?: Add;
  use(middleware: (socket: IoSocket, next: (error?: Error) => void) => void): unknown;
  on(event: 'connection', listener: (socket: IoSocket) => void): unknown;
}

/** Server of socket.io. */
export interface IoServer {
  readonly engine?: Partial<Engine>;
  /** Node's HTTP server. */
  readonly httpServer?: object;
  readonly opts?: { readonly connectionStateRecovery?: { skipMiddlewares?: boolean } };
  readonly _nsps?: ReadonlyMap<string, IoNamespace>;
  of(name: string): IoNamespace;
  on(event: 'new_namespace', listener: (namespace: IoNamespace) => void): unknown;
}

/** Whether a server is one of socket.io. */
export function isIoServer(server: object): server is IoServer {
  const { of, on, engine } = server as Readonly<Record<string, unknown>>;
  return typeof of === 'function' && typeof on === 'function' && typeof engine === 'object';
}

/** Whether Nest's adapter has returned a namespace of a server. */
export function isIoNamespace(server: object): server is IoNamespace {
  const { use, on, adapter } = server as Readonly<Record<string, unknown>>;
  return typeof use === 'function' && typeof on === 'function' && typeof adapter === 'object';
}
