import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as send } from 'node:https';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import type { Answer, Call } from './http';

export interface TlsCall extends Call {
  /** The certificate that the server must show. */
  ca: string;
  /** The address of this machine that the request comes from, such as 127.0.0.2. */
  from?: string;
  /** Sent as it is written, where `new URL()` would tidy it up. */
  path?: string;
}

/** One context for each certificate: to read a certificate takes longer than a request. */
const contexts = new Map<string, SecureContext>();

function trusting(ca: string): { secureContext: SecureContext } {
  let secureContext = contexts.get(ca);
  if (secureContext === undefined) contexts.set(ca, (secureContext = createSecureContext({ ca })));
  return { secureContext };
}

/** One HTTPS request over a connection of its own. The body is sent as JSON. */
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
    // IPv4, as nginx listens: `localhost` may stand for both.
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
 * Sends text over TLS as it is written, and gives all that comes back until the server closes.
 *
 * @param until Where the connection stays open: what to wait for, and then to close it.
 */
export async function exchangeTls(
  url: string,
  ca: string,
  text: string,
  until?: string,
): Promise<string> {
  const { hostname, port } = new URL(url);
  // nginx listens on IPv4 alone, and `localhost` may stand for both.
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
