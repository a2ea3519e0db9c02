import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type OutgoingResponse,
  ServerTCP,
  type TcpOptions,
  TcpSocket,
} from '@nestjs/microservices';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { FrameDecoder } from './frame-decoder.js';

/** Maximum length of a message, in characters. A message with an access catalogue has up to 2 million. */
const LONGEST_MESSAGE = 2_500_000;

/** Maximum number of concurrent connections. A calling service has one connection per process. */
const MOST_CONNECTIONS = 256;

/** Maximum time to receive a message after its beginning, in milliseconds. */
const MESSAGE_TIMEOUT = 5_000;

/** Time after which an idle connection is closed, in milliseconds. Clients reconnect. */
const IDLE_TIMEOUT = 5 * 60_000;

/** Interval at which `close` checks for unanswered messages, in milliseconds. */
const LOOK_INTERVAL = 20;

/**
 * Maximum length of a log line, in characters, and log interval, in milliseconds. Any client of the port can
 * cause a log line.
 */
const LONGEST_LINE = 200;
const LOG_INTERVAL = 60_000;

/** Limits of {@link LimitedTcpServer}. */
export interface TcpLimits {
  /** Maximum length of a message, in characters. @default 2500000 */
  readonly longestMessage?: number;
  /** Maximum number of concurrent connections. @default 256 */
  readonly mostConnections?: number;
  /** Maximum time to receive a message after its beginning, in milliseconds. @default 5000 */
  readonly messageTimeout?: number;
  /** Time after which an idle connection is closed, in milliseconds. @default 300000 */
  readonly idleTimeout?: number;
}

/**
 * Nest's TCP transport for a port that is not restricted to your own services. It limits connections, their
 * messages and the log lines they cause before a client has authenticated.
 *
 * @example
 * ```ts
 * const strategy = new LimitedTcpServer({ host, port: 3100 });
 * app.connectMicroservice({ strategy }, { inheritAppConfig: true });
 * ```
 */
export class LimitedTcpServer extends ServerTCP {
  readonly #failures = new ThrottledLogger(LimitedTcpServer.name, LOG_INTERVAL);
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

  /** @internal Hook that Nest calls. */
  override bindHandler(socket: Socket): void {
    socket.setTimeout(this.#limits.idleTimeout, () => socket.destroy());
    super.bindHandler(socket);
  }

  /** Answers the messages in progress first, within `messageTimeout`. Nest's own method would drop them. */
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- Nest awaits it
  override async close(): Promise<void> {
    this.server.close();
    const end = performance.now() + this.#limits.messageTimeout;
    let isHandling = this.#isHandling();
    while (isHandling && performance.now() < end) {
      isHandling = this.#isHandling();
      // Waits once more after the last answer, which is then being sent.
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

  /** Truncates the error, whose text and length the sender controls. */
  protected override handleError(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#failures.report(new Error(text.slice(0, LONGEST_LINE)));
  }
}

/** Connection that limits the data it receives. Data that is not a message closes it. */
class LimitedSocket extends TcpSocket {
  readonly #frames: FrameDecoder;
  /** Ids of the messages without a final answer. */
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
    // Stop reading from a client that does not read its answers.
    this.socket.pause();
    this.socket.once('drain', () => this.socket.resume());
  }

  protected handleData(data: Buffer | string): void {
    try {
      for (const message of this.#frames.decode(data)) this.emitMessage(message);
    } catch (error) {
      // Nest's own error for broken JSON repeats the whole text.
      const reason = error instanceof RangeError ? error.message : 'a message is not JSON';
      this.handleDataError(new Error(reason), { destroy: true });
    }
    this.#limitTime();
  }

  /** Limits the time from the beginning of a message, however slowly the rest arrives. */
  #limitTime(): void {
    if (!this.#frames.isWithinFrame || this.socket.destroyed) {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
      return;
    }
    this.#deadline ??= setTimeout(() => {
      this.handleDataError(new Error('a message took too long'), { destroy: true });
    }, this.limits.messageTimeout);
    this.#deadline.unref();
  }
}
