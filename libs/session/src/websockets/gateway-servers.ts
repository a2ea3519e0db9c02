import { Injectable, type OnApplicationBootstrap, type WebSocketAdapter } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { GatewayDirectory } from './gateway-directory.js';
import { isIoNamespace, isIoServer } from './socket-io.types.js';
import { SocketIoServerGuard } from './socket-io-server.guard.js';
import { isWsServer } from './ws.types.js';
import { WsServerGuard } from './ws-server.guard.js';

/** Options with which Nest asks an adapter for a server, or for a namespace of a server. */
interface ServerOptions {
  readonly path?: string;
  readonly namespace?: unknown;
  readonly server?: object;
}

/**
 * Guards each server that an adapter creates for the gateways, before Nest listens for its connections.
 *
 * Nest has no hook for that, but passes every adapter through `ApplicationConfig`: the adapter of
 * `useWebSocketAdapter()`, and its default. So this class adds its step there, and the application needs no line
 * of its own.
 */
@Injectable()
export class GatewayServers implements OnApplicationBootstrap {
  readonly #adapters = new WeakSet<WebSocketAdapter>();
  readonly #guarded = new Set<string>();

  constructor(
    config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly directory: GatewayDirectory,
    private readonly ws: WsServerGuard,
    private readonly socketIo: SocketIoServerGuard,
  ) {
    const known = config.getIoAdapter() as WebSocketAdapter | null;
    if (known !== null) this.#extend(known);
    const setIoAdapter = config.setIoAdapter.bind(config);
    config.setIoAdapter = (adapter) => {
      this.#extend(adapter);
      setIoAdapter(adapter);
    };
  }

  /** @throws SessionOptionsError when a gateway has a server that was created without this class */
  onApplicationBootstrap(): void {
    if (!this.#hasServers()) return;
    const open = this.directory.all.find(({ port, path }) => !this.#guarded.has(keyOf(port, path)));
    if (open === undefined) return;
    throw new SessionOptionsError(
      `The server of ${open.type.name} was created without SessionWebSocketsModule, so it would admit every client. ` +
        'Set the adapter with app.useWebSocketAdapter(), after NestFactory.create() and before app.listen().',
    );
  }

  /** An application context has gateways, but no servers. */
  #hasServers(): boolean {
    const { httpAdapter } = this.adapterHost as Partial<HttpAdapterHost>;
    return (httpAdapter?.getHttpServer() as object | undefined) !== undefined;
  }

  #extend(adapter: WebSocketAdapter): void {
    if (this.#adapters.has(adapter)) return;
    this.#adapters.add(adapter);
    const create = adapter.create.bind(adapter) as (port: number, options?: object) => unknown;
    adapter.create = (port: number, options: ServerOptions = {}) => {
      const server = create(port, options);
      this.#guard(server, port, options);
      return server;
    };
  }

  #guard(server: unknown, port: number, { path, namespace, server: parent }: ServerOptions): void {
    const gateways = this.directory.on(port, path);
    if (typeof server === 'object' && server !== null) {
      if (parent !== undefined && isIoNamespace(server)) {
        // The parent has guarded a namespace with a fixed name when it was created.
        if (typeof namespace !== 'string') this.socketIo.guardParent(server, gateways, namespace);
        return;
      }
      if (isIoServer(server)) {
        this.socketIo.guard(server, gateways);
        this.#guarded.add(keyOf(port, path));
        return;
      }
      if (isWsServer(server)) {
        this.ws.guard(server, gateways);
        this.#guarded.add(keyOf(port, path));
        return;
      }
    }
    throw new SessionOptionsError(
      'SessionWebSocketsModule cannot guard the servers of this WebSocket adapter. It guards those of @nestjs/platform-ws and @nestjs/platform-socket.io: use an adapter that extends WsAdapter or IoAdapter.',
    );
  }
}

function keyOf(port: number, path: string | undefined): string {
  return `${port} ${path ?? ''}`;
}
