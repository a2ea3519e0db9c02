import { createClient } from 'graphql-ws';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { eventually } from '../../../../../tools/testing/eventually.js';

/** Message of a running subscription. */
interface Event {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Operation on a connection, with everything that it has received. */
export class Operation {
  readonly events: Event[] = [];
  isComplete = false;
  error: unknown = null;
  stop: () => void = () => undefined;

  get codes(): unknown[] {
    const errors = Array.isArray(this.error) ? (this.error as { extensions?: object }[]) : [];
    const all = [...errors, ...this.events.flatMap((event) => event.errors ?? [])];
    return all.map((error) => (error.extensions as { code?: unknown } | undefined)?.code);
  }
}

/** Close of a connection. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Client of graphql-ws over `ws`, which connects once. */
export class GraphqlSocket {
  close: Close | null = null;
  isAcknowledged = false;
  readonly #client;

  constructor(
    url: string,
    headers: Record<string, string> = {},
    payload?: Record<string, unknown>,
  ) {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    }
    this.#client = createClient({
      url: url.replace('http:', 'ws:'),
      webSocketImpl: Socket,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
      ...(payload && { connectionParams: payload }),
      on: {
        connected: () => (this.isAcknowledged = true),
        closed: (event) => {
          const { code, reason } = event as Close;
          this.close = { code, reason };
        },
      },
    });
  }

  /** Starts an operation. */
  run(query: string): Operation {
    const operation = new Operation();
    operation.stop = this.#client.subscribe(
      { query },
      {
        next: (event) => operation.events.push(event as Event),
        error: (error) => (operation.error = error),
        complete: () => (operation.isComplete = true),
      },
    );
    return operation;
  }

  /** Waits for the acknowledgement of the connection. */
  async acknowledged(): Promise<this> {
    await eventually(() => this.isAcknowledged || this.close !== null);
    expect(this.close).toBeNull();
    return this;
  }

  /** Waits for the end of the connection. */
  async closed(): Promise<Close> {
    await eventually(() => this.close !== null);
    if (this.close === null) throw new Error('The connection is open.');
    return this.close;
  }

  async dispose(): Promise<void> {
    await this.#client.dispose();
  }
}

/** Response to an upgrade request. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly code?: string };
}

/** Sends an upgrade request, and returns the response: status 101 closes the WebSocket. */
export async function upgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<UpgradeAnswer> {
  const socket = new WebSocket(url.replace('http:', 'ws:'), 'graphql-transport-ws', { headers });
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      resolve({ status: 101, headers: {}, body: {} });
    });
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      void bodyOf(response).then((text) => {
        socket.terminate();
        const body = JSON.parse(text) as UpgradeAnswer['body'];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      }, reject);
    });
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.on('data', (part: Buffer) => (text += part.toString()));
  await once(response, 'end');
  return text;
}
