// #region with-token
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';

/** Sends the current token with each new connection, also with those that the library adds. */
export function withToken(options: RedisOptions, currentToken: () => string): RedisOptions {
  class TokenConnector extends AbstractConnector {
    readonly #own: RedisOptions;

    constructor(own: unknown) {
      super(2_000);
      this.#own = own as RedisOptions;
      Object.defineProperty(own, 'password', { get: currentToken, enumerable: true });
    }

    override connect() {
      const { host = 'localhost', port = 6379, tls } = this.#own;
      const address = { host, port };
      this.connecting = true;
      const servername = isIP(host) ? undefined : host;
      this.stream = tls ? connectTls({ servername, ...tls, ...address }) : connect(address);
      this.stream.once('error', (error: Error) => (this.firstError = error));
      return Promise.resolve(this.stream);
    }
  }
  return { ...options, Connector: TokenConnector };
}
// #endregion with-token
