import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type OutgoingResponse,
  ServerTCP,
  type TcpOptions,
  TcpSocket,
} from '@nestjs/microservices';
import { FailureLog } from '../errors/failure-log.js';
import { FrameDecoder } from './frame-decoder.js';

/** Characters of a message. A catalogue of routes within one has up to 2 million. */
const LONGEST_MESSAGE = 2_500_000;

/** Connections at once. Each service that calls has one for each of its processes. */
const MOST_CONNECTIONS = 256;

/** How long a message that has begun may take, in milliseconds. */
const MESSAGE_TIMEOUT = 5_000;

/** After how long a connection is closed on which nothing comes, in milliseconds: clients connect again. */
const IDLE_TIMEOUT = 5 * 60_000;

/** How often it is looked whether everything is answered, in milliseconds. */
const LOOK_INTERVAL = 20;

/** Anybody who reaches the port can cause a line. Characters of it, and how often one is written (ms). */
const LONGEST_LINE = 200;
const LOG_INTERVAL = 60_000;

/** The limits of {@link LimitedTcpServer}. */
export interface TcpLimits {
  /** Characters of a message. @default 2500000 */
  readonly longestMessage?: number;
  /** Connections at once. @default 256 */
  readonly mostConnections?: number;
  /** How long a message that has begun may take, in milliseconds. @default 5000 */
  readonly messageTimeout?: number;
  /** After how long a connection is closed on which nothing comes, in milliseconds. @default 300000 */
  readonly idleTimeout?: number;
}

/**
 * Nest's TCP transport for a port that others than one's own services may reach: before anybody has proven
 * who they are, connections, their messages and the log lines they cause are limited.
 *
 * ```ts
 * app.connectMicroservice({ strategy: new LimitedTcpServer({ host, port: 3100 }) }, { inheritAppConfig: true });
 * ```
 */
export class LimitedTcpServer extends ServerTCP {
  readonly #failures = new FailureLog(LimitedTcpServer.name, LOG_INTERVAL);
  readonly #limits: Required<TcpLimits>;
  readonly #sockets = new Set<LimitedSocket>();

  constructor(
    options: NonNullable<TcpOptions['options']>,
    {
      longestMessage = LONGEST_MESSAGE,
      mostConnections = MOST_CONNECTIONS,
      messageTimeout = MESSAGE_TIMEOUT,
      idleTimeout = IDLE_TIMEOUT,
    }: TcpLimits = {},
  ) {
    super(options);
    this.#limits = { longestMessage, mostConnections, messageTimeout, idleTimeout };
    this.server.maxConnections = mostConnections;
  }

  override bindHandler(socket: Socket): void {
    socket.setTimeout(this.#limits.idleTimeout, () => socket.destroy());
    super.bindHandler(socket);
  }

  /** Answers first what is being handled. Nest's own would cut it off. */
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- Nest awaits it
  override async close(): Promise<void> {
    this.server.close();
    const end = performance.now() + this.#limits.messageTimeout;
    let isHandling = this.#isHandling();
    while (isHandling && performance.now() < end) {
      isHandling = this.#isHandling();
      // Once more after the last answer, which is then on its way.
      await delay(LOOK_INTERVAL, undefined, { ref: false });
    }
    super.close();
  }

  protected override getSocketInstance(socket: Socket): TcpSocket {
    const limited = new LimitedSocket(socket, this.#limits);
    this.#sockets.add(limited);
    socket.once('close', () => this.#sockets.delete(limited));
    return limited;
  }

  #isHandling(): boolean {
    return [...this.#sockets].some((socket) => socket.isHandling);
  }

  /** What was sent may be as long as it likes, and is the sender's to choose. */
  protected override handleError(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#failures.report(new Error(text.slice(0, LONGEST_LINE)));
  }
}

/** A connection with a limit on what it takes. What is no message ends it. */
class LimitedSocket extends TcpSocket {
  readonly #frames: FrameDecoder;
  /** The ids of the messages that have no last answer yet. */
  readonly #open = new Set<unknown>();
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    socket: Socket,
    private readonly limits: Pick<Required<TcpLimits>, 'longestMessage' | 'messageTimeout'>,
  ) {
    super(socket);
    this.#frames = new FrameDecoder(limits.longestMessage);
    socket.on('message', ({ id }: { id?: unknown }) => {
      if (id !== undefined) this.#open.add(id);
    });
    socket.on('close', () => {
      clearTimeout(this.#deadline);
    });
  }

  get isHandling(): boolean {
    return this.#open.size > 0;
  }

  protected handleSend(message: unknown, callback?: (error?: unknown) => void): void {
    const { id, isDisposed, status } = message as Partial<OutgoingResponse> & { status?: unknown };
    if (isDisposed === true || status === 'error') this.#open.delete(id);
    const text = JSON.stringify(message);
    if (this.socket.write(`${text.length}#${text}`, 'utf-8', callback)) return;
    // Who does not read answers gets no more of them.
    this.socket.pause();
    this.socket.once('drain', () => this.socket.resume());
  }

  protected handleData(data: Buffer | string): void {
    try {
      for (const message of this.#frames.decode(data)) this.emitMessage(message);
    } catch (error) {
      // Nest's own error for broken JSON repeats all of it.
      const reason = error instanceof RangeError ? error.message : 'a message is no JSON';
      this.handleDataError(new Error(reason), { destroy: true });
    }
    this.#limitTime();
  }

  /** From the beginning of a message on, however slowly the rest comes. */
  #limitTime(): void {
    if (!this.#frames.isWithinFrame || this.socket.destroyed) {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
      return;
    }
    this.#deadline ??= setTimeout(() => {
      this.handleDataError(new Error('a message has taken too long'), { destroy: true });
    }, this.limits.messageTimeout);
    this.#deadline.unref();
  }
}
