import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ClientOptions, WebSocket } from 'ws';

/** Answer to a handshake that was refused. */
export interface RefusedHandshake {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Message of `@nestjs/platform-ws`. */
export interface WsMessage {
  readonly event: string;
  readonly data: unknown;
}

/** Real client of the package `ws`, with all it has received. */
export class WsTestClient {
  readonly messages: WsMessage[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly #waiting: ((message: WsMessage) => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as WsMessage;
      this.messages.push(message);
      this.#waiting.shift()?.(message);
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on('error', () => undefined);
  }

  static async open(url: string, options: ClientOptions = {}): Promise<WsTestClient> {
    const socket = new WebSocket(url.replace('http', 'ws'), options);
    const client = new WsTestClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Opens a connection that the server refuses. */
  static async refused(url: string, options: ClientOptions = {}): Promise<RefusedHandshake> {
    const socket = new WebSocket(url.replace('http', 'ws'), options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      socket.once('unexpected-response', (_, answer) => {
        resolve(answer);
      });
      socket.once('open', () => {
        socket.terminate();
        reject(new Error('The server has accepted the handshake.'));
      });
      socket.once('error', reject);
    });
    const body = await text(response);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: body === '' ? null : (JSON.parse(body) as unknown),
    };
  }

  /** Sends a message, and resolves to the next message of the server. */
  ask(event: string, data: unknown = null): Promise<WsMessage> {
    const answer = new Promise<WsMessage>((resolve) => this.#waiting.push(resolve));
    this.send(event, data);
    return answer;
  }

  send(event: string, data: unknown = null): void {
    this.socket.send(JSON.stringify({ event, data }));
  }

  close(): void {
    this.socket.terminate();
  }
}
