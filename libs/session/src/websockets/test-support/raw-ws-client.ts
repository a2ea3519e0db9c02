import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { socketClosed } from '../../../../../tools/testing/socket-closed.js';

const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;

/** Longest payload whose length is in the second byte of a frame (RFC 6455, 5.2). */
const MAX_SHORT = 125;

/**
 * Client that speaks the WebSocket protocol by hand. It never answers a close frame, and may send messages after
 * it: no library does that.
 */
export class RawWsClient {
  /** Text messages that have arrived. */
  readonly messages: string[] = [];
  /** Code of the close frame; `null` before. */
  closeCode: number | null = null;
  isClosed = false;
  #received = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    void socketClosed(socket).then(() => {
      this.isClosed = true;
    });
  }

  /** @throws Error when the server refuses the handshake */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<RawWsClient> {
    const { hostname, port, pathname, search, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    const client = new RawWsClient(socket);
    await once(socket, 'connect');
    const lines = Object.entries({
      host,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    await client.#upgraded();
    return client;
  }

  send(text: string): void {
    const payload = Buffer.from(text);
    if (payload.length > MAX_SHORT) throw new Error('The message is too long for a short frame.');
    const mask = randomBytes(4);
    const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    const head = Buffer.from([0x80 | OPCODE_TEXT, 0x80 | payload.length]);
    this.socket.write(Buffer.concat([head, mask, masked]));
  }

  close(): void {
    this.socket.destroy();
  }

  async #upgraded(): Promise<void> {
    let head = '';
    for (;;) {
      const [data] = (await once(this.socket, 'data')) as [Buffer];
      head += data.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) continue;
      if (!head.startsWith('HTTP/1.1 101')) throw new Error(head.slice(0, end));
      this.#received = Buffer.from(head.slice(end + 4), 'latin1');
      break;
    }
    this.socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#readFrames();
    });
    this.#readFrames();
  }

  /** Reads frames of a server, which are not masked. */
  #readFrames(): void {
    for (;;) {
      const [first = 0, second = 0] = this.#received;
      const isLong = second > MAX_SHORT;
      const start = isLong ? 4 : 2;
      if (this.#received.length < start) return;
      const end = start + (isLong ? this.#received.readUInt16BE(2) : second);
      if (this.#received.length < end) return;
      const payload = this.#received.subarray(start, end);
      this.#received = this.#received.subarray(end);
      const opcode = first & 0x0f;
      if (opcode === OPCODE_TEXT) this.messages.push(payload.toString());
      if (opcode === OPCODE_CLOSE) this.closeCode = codeOf(payload);
    }
  }
}

/** Socket.IO sends no code: 1005 stands for that (RFC 6455, 7.4.1). */
function codeOf(payload: Buffer): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
}
