import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How often streams are ended and connections looked at, in milliseconds. */
const INTERVAL = 50;

/** How long a request may take to arrive that was sent before the port was closed, in milliseconds. */
const LINGER = 250;

/**
 * Lets a server come to its end: answers say `Connection: close` (RFC 9112, 9.6), idle connections and
 * event streams end, and after a deadline whatever is left. Node.js' `close()` by itself waits for kept
 * connections, and for busy clients for ever.
 */
export class HttpDrain {
  readonly #responses = new Set<ServerResponse>();
  /** Upgraded ones among them, of which the server knows nothing any more. */
  readonly #sockets = new Set<Socket>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /** @param server Before it listens. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // Before the application, which may send the headers at once.
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      this.#responses.add(response);
      response.once('close', () => this.#responses.delete(response));
      if (this.#timer !== undefined) closeAfter(response);
    });
  }

  /** @param deadline Milliseconds from now on until all connections are cut. */
  begin(deadline: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#look();
    }, INTERVAL);
    this.#timer.unref();
    this.#deadline = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, deadline);
    this.#deadline.unref();
    this.#look();
  }

  /**
   * Waits until no request is being served, closes the port, and serves what was sent meanwhile. Clients
   * that go on asking are waited for no longer than so many milliseconds.
   */
  async untilServed(limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (this.#responses.size > 0 && performance.now() < end) {
      await delay(INTERVAL, undefined, { ref: false });
    }
    if (!this.server.listening) return;
    // Not the `close` of HTTP, which breaks connections whose request has not arrived yet.
    TcpServer.prototype.close.call(this.server);
    await delay(LINGER, undefined, { ref: false });
    this.#isClosed = true;
  }

  /** The server has closed. */
  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#deadline);
  }

  #look(): void {
    for (const response of this.#responses) {
      closeAfter(response);
      if (isEventStream(response)) response.end();
    }
    if (this.#isClosed) this.server.closeIdleConnections();
  }
}

/** Has the connection end with the answer; where its headers are out, it is closed once it is idle. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

/** By the head as it was sent: what `writeHead` is given is in no other place. */
function isEventStream(response: ServerResponse): boolean {
  const { _header: head } = response as { _header?: unknown };
  return typeof head === 'string' && /^content-type: *text\/event-stream\b/im.test(head);
}
