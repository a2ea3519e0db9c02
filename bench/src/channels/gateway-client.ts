import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { ECHO_PATH } from './echo.gateway';

/** First byte of a close frame (RFC 6455, 5.2): final fragment, opcode 8. */
const CLOSE_FRAME = 0x88;

const MESSAGE = JSON.stringify({ event: 'echo', data: { text: 'a message of some length', n: 1 } });

/** Source addresses of one process: one address has ports for some 28,000 connections. */
const ADDRESSES_PER_PART = 4;

/** Client of the echo gateway, of the package `ws`. */
export class GatewayClient {
  /** Resolves with the arrival of the close frame on the machine's monotonic clock (ns); 0 without a close frame. */
  readonly closedAt: Promise<bigint>;
  /** Resolves with the close code: 1006 without a close frame. */
  readonly code: Promise<number>;
  #onAnswer: (() => void) | null = null;
  #onFailure: (error: Error) => void = () => undefined;
  #isClosed = false;

  private constructor(private readonly socket: WebSocket) {
    this.closedAt = new Promise((resolve) => {
      socket.once('close', () => {
        resolve(0n);
      });
      socket.once('upgrade', ({ socket: raw }: { socket: Socket }) => {
        raw.on('data', (data) => {
          if (!this.#isClosed && data[0] === CLOSE_FRAME) {
            this.#isClosed = true;
            resolve(process.hrtime.bigint());
          }
        });
      });
    });
    this.code = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#onFailure(new Error(`The server closed a client with ${code}`));
        resolve(code);
      });
    });
    socket.on('message', () => {
      const resolve = this.#onAnswer;
      this.#onAnswer = null;
      resolve?.();
    });
  }

  /** @param at Number of the client, from which its source address follows. */
  static async open(
    port: number,
    token: string | null,
    part: number,
    at: number,
  ): Promise<GatewayClient> {
    const address = `127.0.0.${2 + part * ADDRESSES_PER_PART + (at % ADDRESSES_PER_PART)}`;
    const socket = new WebSocket(`ws://127.0.0.1:${port}${ECHO_PATH}`, {
      perMessageDeflate: false,
      headers: token === null ? {} : { cookie: `theme=dark; __Host-sid=${token}; locale=en-GB` },
      // Other systems than Linux have only the first loopback address.
      ...(process.platform === 'linux' ? { localAddress: address } : {}),
    });
    const client = new GatewayClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  get isIdle(): boolean {
    return this.#onAnswer === null;
  }

  /** Sends a message, and waits for its answer. */
  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = resolve;
      this.#onFailure = reject;
      this.socket.send(MESSAGE);
    });
  }
}
