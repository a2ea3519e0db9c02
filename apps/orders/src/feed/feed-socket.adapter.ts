import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ignoreUpgrade, type ServiceLogger } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';

type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** Adapter for plain WebSockets. Upgrades to another protocol or on another path are served as plain requests. */
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

  #isWebSocket(port: number, { headers, url = '' }: IncomingMessage): boolean {
    const servers = (this.wsServersRegistry.get(port) ?? []) as { path: string }[];
    const [path] = url.split('?', 1);
    return headers.upgrade?.toLowerCase() === 'websocket' && servers.some((it) => it.path === path);
  }
}
