import { connect } from 'node:net';
import { answerIn, head, type RawAnswer } from './exchange';

/** A request in its wire format: each character is a byte. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/**
 * Sends a request on its own connection. The status is 0 when the server closed the connection without an
 * answer.
 *
 * @param patience Milliseconds of silence after which the client ends its side, for a server that waits for
 * the rest of a request. Node.js then drops a partial answer: use it only for incomplete requests.
 */
export async function sendOverWire(
  url: string,
  request: WireRequest,
  patience = 0,
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const { method, target, headers, body } = request;
  const text = head(
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
    'Connection: close',
  );
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let received = '';
  try {
    socket.setTimeout(patience, () => socket.end());
    socket.write(text + (body ?? ''), 'latin1');
    for await (const chunk of socket.setEncoding('latin1')) received += chunk as string;
  } catch {
    // The server cuts the connection of a request that it does not read completely.
  } finally {
    socket.destroy();
  }
  // Permission to send the body is not the final answer (RFC 9110, 10.1.1).
  received = received.replace(/^HTTP\/1\.1 100 [^]*?\r\n\r\n/, '');
  if (received === '') return { status: 0, headers: {}, text: '' };
  const answer = answerIn(received);
  // Node.js may then send another answer to the rest.
  const { 'content-length': length = answer.text.length } = answer.headers;
  return { ...answer, text: answer.text.slice(0, Number(length)) };
}
