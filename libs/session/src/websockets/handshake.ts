import type { IncomingMessage } from 'node:http';
import { callerHeadersOf } from '../channels/caller-headers.js';
import type { TokenHeaders, TokenRequest } from '../token/token-headers.js';

/**
 * Request that opens a connection, for the guard. Its method is no safe method, so that the guard checks its
 * origin: browsers send the cookie with the handshake of any page (RFC 6455, 10.2).
 */
export class Handshake implements TokenRequest {
  readonly method = 'UPGRADE';
  readonly headers: TokenHeaders;
  readonly rawHeaders: readonly string[];

  constructor({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>) {
    this.headers = headers;
    this.rawHeaders = rawHeaders;
  }

  /**
   * Credentials that each message on the connection carries. Thousands of connections stay open, so these are
   * only the headers that identify the caller, and without a method: a page sends messages on a connection whose
   * origin was checked.
   */
  credentials(): TokenRequest {
    return { headers: callerHeadersOf(this.headers) };
  }
}
