import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ignoreUpgrade, type ServiceLogger } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import WebSocket, { type WebSocketServer } from 'ws';

type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Adapter for plain WebSockets:
 * - Upgrades to another protocol or on another path are served as plain requests.
 * - No handler receives messages of a socket that is being closed.
 */
export class FeedSocketAdapter extends WsAdapter {
  constructor(
    app: INestApplication,
    private readonly requests: ServiceLogger,
  ) {
    super(app);
  }

  protected override ensureHttpServerExists(port: number, httpServer?: Server): Server | undefined {
    const known = httpServer?.listeners('upgrade') ?? [];
    const server = super.ensureHttpServerExists(port, httpServer);
    const added = server?.listeners('upgrade').find((it) => !known.includes(it));
    if (server === undefined || added === undefined) return server;
    const upgrade = added as UpgradeListener;
    server.off('upgrade', upgrade);
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (!this.#isWebSocket(port, request)) {
        ignoreUpgrade(server, request, socket);
        return;
      }
      this.requests.aboutUpgrade(request, () => {
        upgrade(request, socket, head);
      });
    });
    return server;
  }

  override bindMessageHandlers(
    client: WebSocket,
    handlers: MessageMappingProperties[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    const whileOpen = handlers.map((handler) => ({
      ...handler,
      callback: (...args: unknown[]): unknown =>
        client.readyState === WebSocket.OPEN ? handler.callback(...args) : undefined,
    }));
    super.bindMessageHandlers(client, whileOpen as MessageMappingProperties[], transform);
  }

  /** Logs what clients do wrong, such as too large messages, for developers only: clients can repeat it. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    server.on('connection', (client) => {
      client.on('error', (error) => {
        this.logger.debug(error.message);
      });
    });
    server.on('error', (error) => {
      this.logger.error(error);
    });
    return server;
  }

  #isWebSocket(port: number, { headers, url = '' }: IncomingMessage): boolean {
    const servers = (this.wsServersRegistry.get(port) ?? []) as { path: string }[];
    const [path] = url.split('?', 1);
    return headers.upgrade?.toLowerCase() === 'websocket' && servers.some((it) => it.path === path);
  }
}
