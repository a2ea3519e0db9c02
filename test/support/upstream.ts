import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { acceptWebSocket } from './websocket';

/** A request as it reached a service. */
export interface Arrival {
  method: string;
  url: string;
  /** Alternating names and values, as they were sent. */
  rawHeaders: readonly string[];
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A service that accepts every request and records it. */
export class Upstream {
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #tunnels = new Set<Duplex>();

  private constructor(answering: Answering) {
    this.#server = createServer((request, response) => {
      this.#note(request);
      request.resume();
      answering(request, response);
    });
    this.#server.on('upgrade', (request, socket) => {
      this.#note(request);
      this.#tunnels.add(socket);
      acceptWebSocket(request, socket);
    });
  }

  /** @param answering Responds with 200 by default. */
  static async start(answering: Answering = (_, response) => response.end()): Promise<Upstream> {
    const upstream = new Upstream(answering);
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the values of a header of the latest arrival, in the order in which they were sent. */
  headersOf(name: string): string[] {
    const { rawHeaders = [] } = this.arrivals.at(-1) ?? {};
    return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  }

  async stop(): Promise<void> {
    for (const tunnel of this.#tunnels) tunnel.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #note({ method = '', url = '', rawHeaders }: IncomingMessage): void {
    this.arrivals.push({ method, url, rawHeaders });
  }
}
