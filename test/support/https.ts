import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as send } from 'node:https';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import type { Answer, Call } from './http';

export interface TlsCall extends Call {
  /** Certificate that the server must present. */
  ca: string;
  /** Source address of the request on this machine, such as 127.0.0.2. */
  from?: string;
  /** Sent unchanged, where `new URL()` would normalize it. */
  path?: string;
}

/** One context per certificate: parsing a certificate takes longer than a request. */
const contexts = new Map<string, SecureContext>();

function trusting(ca: string): { secureContext: SecureContext } {
  let secureContext = contexts.get(ca);
  if (secureContext === undefined) contexts.set(ca, (secureContext = createSecureContext({ ca })));
  return { secureContext };
}

/** Sends one HTTPS request over its own connection. The body is sent as JSON. */
export async function callTls(
  url: string,
  { ca, from, path, method, cookie, headers, body }: TlsCall,
): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const { hostname, port, pathname } = new URL(url);
  const request = send({
    ...trusting(ca),
    hostname,
    port,
    path: path ?? pathname,
    // IPv4, on which nginx listens: `localhost` may have both families.
    family: 4,
    localAddress: from ?? '127.0.0.1',
    agent: false,
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === undefined ? {} : { cookie: `__Host-sid=${cookie}` }),
      ...headers,
    },
  });
  request.end(payload);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk as string;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/**
 * Sends text over TLS unchanged. Returns all received data once the server closes the connection.
 *
 * @param until For a connection that stays open: text to wait for before closing the connection.
 */
export async function exchangeTls(
  url: string,
  ca: string,
  text: string,
  until?: string,
): Promise<string> {
  const { hostname, port } = new URL(url);
  // nginx only listens on IPv4, and `localhost` may have both families.
  const socket = connect({
    ...trusting(ca),
    host: '127.0.0.1',
    servername: hostname,
    port: Number(port),
  });
  socket.write(text, 'latin1');
  let received = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    received += chunk as string;
    if (until !== undefined && received.endsWith(until)) break;
  }
  return received;
}
