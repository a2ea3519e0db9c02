import type { IncomingMessage } from 'node:http';
import {
  CALL_HEADER,
  IDENTITY_HEADER,
  type TokenHeaders,
  type TokenRequest,
} from '../token/token-headers.js';

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
    const { cookie, authorization, host, origin } = this.headers;
    return {
      headers: {
        cookie,
        authorization,
        host,
        origin,
        [CALL_HEADER]: this.headers[CALL_HEADER],
        [IDENTITY_HEADER]: this.headers[IDENTITY_HEADER],
      },
    };
  }
}
