import type { Duplex } from 'node:stream';
import { endUpgrade } from '../channels/end-upgrade.js';
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
export function answerUpgrade(response: EngineResponse, socket: Duplex, refusal: Refusal): void {
  if (isUpgrade(response)) {
    endUpgrade(socket, refusal);
    return;
  }
  response.writeHead(refusal.status, refusal.headers);
  response.end(refusal.body);
}
