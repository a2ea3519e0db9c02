/** What a call of another service is signed in. */
export const CALL_HEADER = 'x-session-call';

/** The signed identity that a gateway sends along. */
export const IDENTITY_HEADER = 'x-session-identity';

/**
 * The headers that say who is asking, and for which page; Express' and Fastify's requests and Node's own have them. Names
 * are lower-case, as Node gives them.
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

/** A request that may carry a token: Express' or Node's own, or Fastify's, which wraps that. */
export interface TokenRequest {
  readonly headers: TokenHeaders;
  readonly rawHeaders?: readonly string[];
  readonly raw?: { readonly rawHeaders: readonly string[] };
}
