import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Interval at which streams are ended and connections are checked, in milliseconds. */
const INTERVAL = 50;

/** Time that a request sent before the port closed has to arrive, in milliseconds. */
const LINGER = 250;

/**
 * Drains a server: answers carry `Connection: close` (RFC 9112, 9.6), idle connections and event streams end,
 * and a deadline cuts the remaining connections. Node.js' `close()` alone waits for kept-alive connections,
 * and waits forever for busy clients.
 */
export class HttpDrain {
  readonly #responses = new Set<ServerResponse>();
  /** All open sockets, including upgraded sockets, which the server no longer tracks. */
  readonly #sockets = new Set<Socket>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /** @param server Server that does not listen yet. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // Runs before the application, which may send the headers at once.
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
   * Waits until no request is being served, closes the port, and serves the requests sent meanwhile.
   *
   * @param limit Longest wait for clients that keep sending requests, in milliseconds.
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

  /** Stops the timers; call it when the server has closed. */
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

/** Closes the connection after the answer. If the headers are out, it closes once it is idle. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

/** Reads the head as it was sent: headers passed to `writeHead` are stored nowhere else. */
function isEventStream(response: ServerResponse): boolean {
  const { _header: head } = response as { _header?: unknown };
  return typeof head === 'string' && /^content-type: *text\/event-stream\b/im.test(head);
}
