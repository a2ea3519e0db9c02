import { eventually } from '../../../../../tools/testing/eventually.js';
import { IoTestClient } from './io-client.js';
import type { WebSocketAdapterName } from './live-instance.js';
import { WsTestClient } from './ws-client.js';

/** Client of a gateway of either adapter. */
export interface LiveClient {
  /** Whether the client has not noticed the end of its connection. */
  readonly isOpen: boolean;
  close(): void;
}

/**
 * Opens a client.
 *
 * @throws Error when the server refuses it
 */
export async function openLiveClient(
  adapter: WebSocketAdapterName,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<LiveClient> {
  if (adapter === 'ws') {
    const client = await WsTestClient.open(url, { headers });
    return {
      get isOpen() {
        return client.closed === null;
      },
      close: () => {
        client.close();
      },
    };
  }
  const client = IoTestClient.start(url, { transports: ['websocket'], extraHeaders: headers });
  const { manager, errors } = client;
  // The session may end after the handshake, before the client has joined the namespace.
  const isClosed = () => errors.length > 0 || manager.engine.readyState === 'closed';
  await eventually(() => client.connects > 0 || isClosed());
  if (client.connects === 0) {
    client.close();
    throw errors[0] ?? new Error('The server has closed the connection.');
  }
  return {
    get isOpen() {
      return client.socket.connected;
    },
    close: () => {
      client.close();
    },
  };
}
