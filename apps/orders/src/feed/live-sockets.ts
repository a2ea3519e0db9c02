import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import WebSocket from 'ws';

/** Interval of pings, in milliseconds: shorter than the time after which proxies close a silent socket. */
const PING_INTERVAL = 10_000;

/** Messages and pings that a client may send between two pings of the service. */
const MOST_MESSAGES = 20;

/** Bytes that may wait for a client that does not read: beyond it, the client is dropped. */
const MAX_PENDING_BYTES = 64 * 1024;

/** Close codes: RFC 6455, 7.4.1, and 4000 plus the HTTP status, like the codes of ended sessions. */
const GOING_AWAY = 1001;
const TOO_MANY = 4429;

/** Reasons of {@link TOO_MANY}. */
type Excess = 'ERR_TOO_MANY_STREAMS' | 'ERR_TOO_MANY_MESSAGES';

interface SocketState {
  /** Whether the client has answered the last ping. */
  isAlive: boolean;
  /** Messages and pings since the last ping of the service. */
  received: number;
}

/**
 * Open WebSockets of this process, within bounds: silent clients, clients that send too much, and clients that do
 * not read are disconnected. One timer serves all. At shutdown, clients are asked to connect elsewhere.
 */
@Injectable()
export class LiveSockets implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #sockets = new Map<WebSocket, SocketState>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @internal Hook that Nest calls. */
  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#look();
    }, PING_INTERVAL);
  }

  /** @internal Hook that Nest calls, first at shutdown. */
  onModuleDestroy(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    for (const socket of this.#sockets.keys()) socket.close(GOING_AWAY);
  }

  /** Number of open sockets of this process. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Watches a socket until it is closed. */
  add(socket: WebSocket): void {
    if (this.#isStopped) {
      socket.close(GOING_AWAY);
      return;
    }
    const state = { isAlive: true, received: 0 };
    this.#sockets.set(socket, state);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('pong', () => {
      // A client whose socket is closing has to close its side.
      state.isAlive = socket.readyState === WebSocket.OPEN;
    });
    const count = () => {
      state.received += 1;
      if (this.#isBehind(socket)) socket.terminate();
      else if (state.received > MOST_MESSAGES) this.refuse(socket, 'ERR_TOO_MANY_MESSAGES');
    };
    socket.on('message', count);
    socket.on('ping', count);
  }

  /** Sends a message as JSON. Disconnects a client that does not read its messages. */
  send(socket: WebSocket, message: object): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (this.#isBehind(socket)) socket.terminate();
    else socket.send(JSON.stringify(message));
  }

  /** Closes a socket that exceeds a limit. */
  refuse(socket: WebSocket, reason: Excess): void {
    socket.close(TOO_MANY, reason);
  }

  #isBehind(socket: WebSocket): boolean {
    return socket.bufferedAmount > MAX_PENDING_BYTES;
  }

  #look(): void {
    for (const [socket, state] of this.#sockets) {
      if (!state.isAlive || this.#isBehind(socket)) {
        socket.terminate();
        continue;
      }
      state.isAlive = false;
      state.received = 0;
      socket.ping();
    }
  }
}
