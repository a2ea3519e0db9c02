import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { withoutPort } from 'nest-sessions/common';

/** Request fields of a log line: no URL, no headers, no body. */
export interface LoggedRequest {
  readonly id: string;
  /** IP address of the client; behind proxies, as far as `TRUST_PROXY` allows. `null` for other text. */
  readonly address: string | null;
  readonly method: string | null;
}

/** Properties that Express' and Fastify's requests share. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly ip?: string;
  readonly method?: string;
}

/** Ids as proxies and tracers write them; other values are ignored. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * @param trustsId Whether `X-Request-Id` comes from a proxy. Any other sender could give its requests the id
 * of another client's request.
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

/**
 * Describes input that never became a request, by the remote end of its connection: behind a proxy, the
 * proxy.
 */
export function connectionOf(address: string | undefined): LoggedRequest {
  return { id: randomUUID(), address: addressOf(address), method: null };
}

/** Describes a message of a microservice transport, which has only the id that it gets here. */
export function messageOf(): LoggedRequest {
  return { id: randomUUID(), address: null, method: null };
}

/**
 * Returns an IP address without its port; `null` for other text: a proxy may forward a client's
 * X-Forwarded-For.
 */
function addressOf(text: string | undefined): string | null {
  const address = withoutPort(text ?? '');
  return isIP(address) === 0 ? null : address;
}
