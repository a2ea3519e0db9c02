import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EngineResponse } from './socket-io.types.js';
import type { Refusal } from './refusal.js';

/** Whether a request of Engine.IO opens a WebSocket. */
export function isUpgrade({ headersSent }: EngineResponse): boolean {
  return headersSent === undefined;
}

/**
 * Answers a handshake of Engine.IO.
 *
 * @param socket Socket of the request. For an upgrade, the response has no way to send a status.
 */
export function answerUpgrade(
  response: EngineResponse,
  socket: Duplex,
  { status, headers, body }: Refusal,
): void {
  if (!isUpgrade(response)) {
    response.writeHead(status, headers);
    response.end(body);
    return;
  }
  const lines = Object.entries({
    ...headers,
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  // The client may keep its side open: the server does not wait for it.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
