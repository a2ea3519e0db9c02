import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** A keep-alive connection that sends requests without waiting for the answers (RFC 9112, 9.3.2). */
export class Pipelined {
  #received = '';
  #statuses: number[] = [];
  #failure: Error | null = null;
  #changed: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#readAnswers();
      this.#changed();
    });
    socket.on('error', (error) => {
      this.#fail(error);
    });
    socket.on('close', () => {
      this.#fail(new Error(`the connection was closed, after: ${this.#received}`));
    });
  }

  static async open(url: string): Promise<Pipelined> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Pipelined(socket);
  }

  /**
   * Returns the statuses of the answers to these requests.
   *
   * @param requests Heads without bodies, in their wire format.
   * @throws Error when the connection is lost before all requests are answered
   */
  async send(requests: readonly string[]): Promise<number[]> {
    this.socket.write(requests.join(''), 'latin1');
    while (this.#statuses.length < requests.length) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    return this.#statuses.splice(0);
  }

  close(): void {
    this.socket.destroy();
  }

  #readAnswers(): void {
    let at = 0;
    for (;;) {
      const headEnd = this.#received.indexOf(HEAD_END, at);
      if (headEnd === -1) break;
      const head = this.#received.slice(at, headEnd);
      const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
      if (length === undefined) {
        this.#fail(new Error(`an answer without a length: ${head}`));
        return;
      }
      const end = headEnd + HEAD_END.length + Number(length);
      if (this.#received.length < end) break;
      this.#statuses.push(Number(head.slice('HTTP/1.1 '.length).slice(0, 3)));
      at = end;
    }
    this.#received = this.#received.slice(at);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#changed();
  }
}
