import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { withoutPort } from 'nest-sessions';

/** What log lines say of the request that they are about: no URL, no headers, no body. */
export interface LoggedRequest {
  readonly id: string;
  /** Of the client; behind proxies as far as `TRUST_PROXY` goes. `null` for what is no IP address. */
  readonly address: string | null;
  readonly method: string | null;
}

/** What is read of Express' and Fastify's requests alike. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly ip?: string;
  readonly method?: string;
}

/** As ids are written by proxies and tracers; whatever else is sent is no id. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * @param trustsId Whether `X-Request-Id` comes from a proxy. Whoever else may send it could give their
 *   requests the id of somebody else's.
 */
export function requestOf({ headers, ip, method }: HttpRequest, trustsId: boolean): LoggedRequest {
  const given = headers['x-request-id'];
  const isTaken = trustsId && typeof given === 'string' && REQUEST_ID.test(given);
  return {
    id: isTaken ? given : randomUUID(),
    address: addressOf(ip),
    method: method ?? null,
  };
}

/** What never became a request, of whoever is at the other end: behind a proxy, the proxy. */
export function connectionOf(address: string | undefined): LoggedRequest {
  return { id: randomUUID(), address: addressOf(address), method: null };
}

/** A message of a microservice transport has none of it but what it is given here. */
export function messageOf(): LoggedRequest {
  return { id: randomUUID(), address: null, method: null };
}

/** A proxy may pass on what a client has written into X-Forwarded-For. */
function addressOf(text: string | undefined): string | null {
  const address = withoutPort(text ?? '');
  return isIP(address) === 0 ? null : address;
}
