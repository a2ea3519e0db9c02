import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { head } from './exchange';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Returns a WebSocket's opening handshake (RFC 6455, 4.1), followed by text that the other end echoes. */
export function websocketRequest(path: string, ...more: readonly string[]): string {
  const handshake = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...more,
  ];
  return `${head(...handshake)}frame`;
}

/** Accepts a handshake without a library. */
export function acceptHandshake({ headers }: IncomingMessage, socket: Duplex): void {
  const key = `${headers['sec-websocket-key'] ?? ''}${GUID}`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    head(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ),
  );
}

/** Accepts a handshake, and echoes all data. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): void {
  acceptHandshake(request, socket);
  socket.pipe(socket);
  socket.on('error', () => socket.destroy());
}
