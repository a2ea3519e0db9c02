import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** Open connection to a gateway. */
export interface GatewayConnection {
  /** Sends a message, and resolves to the data of the answer. */
  ask(event: string): Promise<unknown>;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<unknown>;
}

/** Client of a gateway. */
export interface GatewayClient {
  /** Path and query of the WebSocket. */
  readonly path: string;
  /** Value of `closed` when the session has ended. */
  readonly end: unknown;
  open(url: string, cookie: string): Promise<GatewayConnection>;
}

/** Client of `@nestjs/platform-ws`. */
export const webSockets: GatewayClient = {
  path: '/live',
  end: 4401,
  open: async (url, cookie) => {
    const socket = new WebSocket(`${url}/live`, { headers: { cookie } });
    await once(socket, 'open');
    return {
      ask: async (event) => {
        socket.send(JSON.stringify({ event }));
        const [message] = (await once(socket, 'message')) as [Buffer];
        return (JSON.parse(message.toString()) as { data: unknown }).data;
      },
      closed: once(socket, 'close').then(([code]) => code as number),
    };
  },
};

/** Client of `@nestjs/platform-socket.io`. */
export const socketIo: GatewayClient = {
  path: '/live/?EIO=4&transport=websocket',
  end: 'io server disconnect',
  open: async (url, cookie) => {
    const socket = io(url, { path: '/live', forceNew: true, extraHeaders: { cookie } });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
    return {
      ask: (event) =>
        new Promise((resolve) => {
          socket.onAny((_, data: unknown) => {
            socket.offAny();
            resolve(data);
          });
          socket.emit(event);
        }),
      closed: new Promise((resolve) => socket.once('disconnect', resolve)),
    };
  },
};

/** Subscribes to `count` over graphql-ws. */
export function subscribe(
  url: string,
  cookie: string,
): { readonly first: Promise<unknown>; readonly closed: Promise<unknown> } {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { cookie } });
    }
  }
  const client = createClient({ url, webSocketImpl: Socket, retryAttempts: 0 });
  const closed = new Promise((resolve) => {
    client.on('closed', (event) => {
      resolve((event as { code: number }).code);
    });
  });
  const first = new Promise((resolve, reject) => {
    client.subscribe(
      { query: 'subscription { count }' },
      {
        next: ({ data }) => {
          resolve(data);
        },
        error: reject,
        complete: () => undefined,
      },
    );
  });
  return { first, closed };
}

/** Resolves to the status of a refused handshake. */
export async function refusal(url: string, protocols: string[] = []): Promise<number | undefined> {
  const socket = new WebSocket(url, protocols).on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.terminate();
  return response.statusCode;
}
