import { connect } from 'node:net';

/** A response as it was sent: its status, and its headers by their lower-case names. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Sends bytes, or text in which each character is a byte, unchanged. Returns all received data once the
 * server closes the connection.
 */
export async function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  try {
    socket.write(bytes, 'latin1');
    for await (const chunk of socket.setEncoding('latin1')) received += chunk as string;
  } catch {
    // A server that rejects data still in transit resets the connection after it has sent the answer.
  }
  return received;
}

/** Joins lines in their wire format, with the empty line that ends a request's head. */
export function head(...lines: readonly string[]): string {
  return [...lines, '', ''].join('\r\n');
}

/** Parses a result of {@link exchange}. */
export function answerIn(received: string): RawAnswer {
  const [start = '', ...rest] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = start.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    text: rest.join('\r\n\r\n'),
  };
}
