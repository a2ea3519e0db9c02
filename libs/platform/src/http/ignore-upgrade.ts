import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Serves a request for an upgrade as if it asked for none (RFC 9110, 7.8), and closes the connection. Node.js hands
 * all upgrades to a server that accepts WebSockets, such as the h2c of `curl --http2`.
 *
 * Node.js has not parsed a body: a request with a body is refused.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Socket): void {
  socket.on('error', () => socket.destroy());
  const { headers } = request;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    socket.once('finish', () => socket.destroy());
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    socket.once('finish', () => socket.destroy());
    socket.end();
  });
  request.complete = true;
  request.push(null);
  server.emit('request', request, response);
}
