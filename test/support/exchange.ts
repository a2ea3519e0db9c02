import { connect } from 'node:net';

/** An answer as it was sent: its status, and its headers by their lower-case names. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Sends bytes, or text of which each character is one, as they are written, and gives all that comes back
 * until the server closes.
 */
export async function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  try {
    socket.write(bytes, 'latin1');
    for await (const chunk of socket.setEncoding('latin1')) received += chunk as string;
  } catch {
    // A server that refuses what is still on its way resets the connection, the answer having been sent.
  }
  return received;
}

/** Lines as they go over the wire, and the empty one that ends a request's head. */
export function head(...lines: readonly string[]): string {
  return [...lines, '', ''].join('\r\n');
}

/** Reads what {@link exchange} gives. */
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
