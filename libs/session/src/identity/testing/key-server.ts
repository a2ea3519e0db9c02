import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** An HTTP server that tells keys, for the tests of the enclosing `describe` or file. */
export class KeyServer {
  /** How often it was asked. */
  asked = 0;
  /** What it does when it is asked. */
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

  /** Tells these keys from now on. */
  tell(keys: readonly unknown[]): void {
    this.answer = (_request, response) => response.end(JSON.stringify({ keys }));
  }

  /** Listens, again on the port that it had. */
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
