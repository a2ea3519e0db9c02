import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WsMessageHandler } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import { acceptHandshake } from '../../support/websocket';
import { CLOSE, frameOf, readFrames, TEXT } from './frames';

/** Socket with the members of `ws` that Nest uses. */
class PlainSocket extends EventEmitter {
  readonly readyState = 1;

  constructor(private readonly connection: Duplex) {
    super();
    connection
      .on('close', () => this.emit('disconnect'))
      .on('end', () => connection.end())
      .on('error', () => connection.destroy());
    readFrames(connection, ({ payload }) => this.emit('message', payload.toString()));
  }

  send(text: string): void {
    this.connection.write(frameOf(TEXT, Buffer.from(text), false));
  }

  close(code: number): void {
    this.connection.end(frameOf(CLOSE, Buffer.from([code >> 8, code & 0xff]), false));
  }
}

/**
 * Nest's adapter for real WebSockets, without the package `ws`. As in `@nestjs/platform-ws`, a connection has
 * the request of its handshake, and a message is JSON with `event` and `data`.
 */
export class PlainWsAdapter extends AbstractWsAdapter {
  create(_port: number, { path }: { path: string }): EventEmitter {
    const server = new EventEmitter();
    (this.httpServer as Server).on('upgrade', (request: IncomingMessage, connection: Duplex) => {
      if (request.url !== path) return; // the path of another gateway
      acceptHandshake(request, connection);
      server.emit('connection', new PlainSocket(connection), request);
    });
    return server;
  }

  bindMessageHandlers(
    client: PlainSocket,
    handlers: WsMessageHandler[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    client.on('message', (text: string) => {
      const { event, data } = JSON.parse(text) as { event: string; data: unknown };
      const handler = handlers.find(({ message }) => message === event);
      if (!handler) return;
      transform(handler.callback(data, event)).subscribe((answer) => {
        if (answer !== undefined) client.send(JSON.stringify(answer));
      });
    });
  }
}
