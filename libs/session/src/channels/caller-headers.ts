import { CALL_HEADER, IDENTITY_HEADER, type TokenHeaders } from '../token/token-headers.js';

/**
 * Copies the headers that identify the caller of an open connection. A connection keeps only these: thousands stay
 * open, and a driver may add to the others what the client sends later.
 */
export function callerHeadersOf(headers: TokenHeaders): TokenHeaders {
  const { cookie, authorization, host, origin } = headers;
  return {
    cookie,
    authorization,
    host,
    origin,
    [CALL_HEADER]: headers[CALL_HEADER],
    [IDENTITY_HEADER]: headers[IDENTITY_HEADER],
  };
}
