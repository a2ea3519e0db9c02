/**
 * The part of a request that tokens are read from; Express' and Fastify's requests and Node's own
 * have it. Names are lower-case, as Node gives them.
 */
export interface TokenHeaders {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
}
