/** Header with the signed call of another service. */
export const CALL_HEADER = 'x-session-call';

/** Header with the signed identity that a gateway sends. */
export const IDENTITY_HEADER = 'x-session-identity';

/**
 * Headers that identify the caller and the requesting page. Express' and Fastify's requests and Node's own
 * have them. Names are lower-case, as in Node.
 */
export interface TokenHeaders {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | undefined;
  /** From another service, see `CallTokens`. */
  readonly [CALL_HEADER]?: string | undefined;
  /** From a gateway, see `GatewaySessionSource`. */
  readonly [IDENTITY_HEADER]?: string | undefined;
}

/** Request that may carry a token: Express' or Node's own, or Fastify's, which wraps it. */
export interface TokenRequest {
  /** Headers by name in lower case. */
  readonly headers: TokenHeaders;
  /** Method of an HTTP request; `undefined` for a message. */
  readonly method?: string | undefined;
  /** Names and values in turn, as Node.js received them. */
  readonly rawHeaders?: readonly string[];
  /** Node's own request, on Fastify. */
  readonly raw?: { readonly rawHeaders: readonly string[] };
}
