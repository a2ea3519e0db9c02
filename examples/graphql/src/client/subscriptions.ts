import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Close of a connection, as graphql-ws reports it. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Codes that a new connection does not change: the session has ended, or lacks a role. */
const FINAL = [4401, 4403];

/**
 * Connects for subscriptions. After a lost network, a restart or 1013 (the server cannot verify the session
 * now), it connects again, later each time.
 *
 * @param headers Headers of the handshake. In a browser, leave `webSocketImpl` out: it sends the cookie by itself.
 */
export function connectSubscriptions(
  url: string,
  headers: Readonly<Record<string, string>>,
): Client {
  return createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    },
    retryAttempts: Infinity,
    shouldRetry: (closed) => isClosed(closed) && !FINAL.includes(closed.code),
  });
}

/** Whether an error of an operation is the close of its connection. */
export function isClosed(error: unknown): error is Closed {
  return typeof error === 'object' && error !== null && 'code' in error && 'reason' in error;
}
