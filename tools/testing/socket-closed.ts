import type { Socket } from 'node:net';

/**
 * Resolves when a connection has ended, in whichever way: a side that closes with unread data in its
 * buffers resets the connection (RFC 9293, 3.6), which Node.js reports as an error first.
 */
export function socketClosed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}
