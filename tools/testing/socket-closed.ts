import type { Socket } from 'node:net';

/**
 * Resolves when a connection has ended, for whatever reason. A side that closes with unread data in its
 * buffers resets the connection (RFC 9293, 3.6), which Node.js first reports as an error.
 */
export function socketClosed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}
