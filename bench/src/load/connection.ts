import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { WrongAnswerError } from './wrong-answer.error';

/**
 * A keep-alive connection that sends one request repeatedly. It parses no more of HTTP than the answers
 * need: the load shares the machine with the server under test and must stay cheap.
 */
export class Connection {
  #received = '';
  #waiting: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly request: Buffer,
    private readonly expectedBody: string,
  ) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#onData(chunk);
    });
    socket.on('error', (error) => {
      this.#waiting?.reject(error);
    });
    socket.on('close', () => {
      this.#waiting?.reject(new Error('The server closed a connection'));
    });
  }

  static async open(
    port: number,
    headers: Readonly<Record<string, string>>,
    expectedBody: string,
  ): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `GET /orders HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}\r\n`;
    return new Connection(socket, Buffer.from(head, 'latin1'), expectedBody);
  }

  get isIdle(): boolean {
    return this.#waiting === null;
  }

  /** @throws Error for any other answer than the expected one */
  send(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.socket.write(this.request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #onData(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(this.#received)?.[1];
    if (length === undefined) {
      this.#finish(new WrongAnswerError(this.#received));
      return;
    }
    const end = headEnd + 4 + Number(length);
    if (this.#received.length < end) return;
    const isRight =
      this.#received.startsWith('HTTP/1.1 200') &&
      this.#received.slice(headEnd + 4) === this.expectedBody;
    this.#finish(isRight ? null : new WrongAnswerError(this.#received));
  }

  #finish(error: Error | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#received = '';
    if (error) waiting?.reject(error);
    else waiting?.resolve();
  }
}
