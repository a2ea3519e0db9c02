import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** HTTP server that publishes keys, for the tests of the enclosing `describe` or file. */
export class KeyServer {
  /** Number of requests. */
  asked = 0;
  /** Handles each request. */
  answer: RequestListener = (_request, response) => response.end(JSON.stringify({ keys: [] }));
  #server: Server | undefined;
  #port = 0;

  static started(): KeyServer {
    const server = new KeyServer();
    beforeAll(() => server.start());
    beforeEach(() => {
      server.asked = 0;
    });
    afterAll(() => server.stop());
    return server;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/.well-known/jwks.json`);
  }

  /** Publishes these keys from now on. */
  publish(keys: readonly unknown[]): void {
    this.answer = (_request, response) => response.end(JSON.stringify({ keys }));
  }

  /** Listens; after a stop, on the same port as before. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      this.answer(request, response);
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server?.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
