import { AbstractConnector, type RedisOptions } from 'ioredis';
import { connect, type TLSSocket } from 'node:tls';
import { withServerName } from './server-name.js';

/**
 * Connects to one server by TLS, and sends its name in the handshake. The client discovers the nodes of a
 * Cluster at run time, so no option can contain their names.
 */
export class TlsConnector extends AbstractConnector {
  readonly #options: RedisOptions;

  /** @param options Options of the client with all defaults. ioredis declares them as `unknown`. */
  constructor(options: unknown) {
    const complete = options as RedisOptions & { disconnectTimeout: number };
    super(complete.disconnectTimeout);
    this.#options = complete;
  }

  override connect(): Promise<TLSSocket> {
    const { host, port, family, tls = {} } = this.#options;
    const address = { host, port, family };
    const socket = connect({ ...address, ...withServerName(tls, host) });
    socket.once('error', (error: Error) => {
      this.firstError = error;
    });
    this.connecting = true;
    this.stream = socket;
    return Promise.resolve(socket);
  }
}
