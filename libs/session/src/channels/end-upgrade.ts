import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Response to a request for an upgrade. */
export interface UpgradeResponse {
  /** HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request for an upgrade, which has no response object, and ends its connection. */
export function endUpgrade(socket: Duplex, { status, headers, body }: UpgradeResponse): void {
  const lines = Object.entries({
    ...headers,
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  // The client may keep its side open: the server does not wait for it.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
