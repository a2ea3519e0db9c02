import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, type Problem, problemOf } from './problem';
import { MAX_HEADER_BYTES } from './request-limits';
import { SECURITY_HEADER_LIST } from './security-headers';

/** Time that a client has to read the error before the connection is cut, in milliseconds. */
const LINGER = 2_000;

/** HTTP statuses by Node.js' error codes. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Makes the browser delete the cookies of this site, which make every request too large. */
const CLEAR_COOKIES = [['Clear-Site-Data', '"cookies"']] as const;

/** Parser error of Node.js, with the received bytes. */
type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: unknown };

/** Node.js' own name for the response in progress. */
interface Answering {
  readonly _httpMessage?: ServerResponse | null;
}

/**
 * Answers input that Node.js could not parse as a request with a problem, and closes the connection. The
 * input never became a request, and the start of the next request is uncertain.
 *
 * Listener for a server's `clientError`.
 */
export function answerClientError(error: ClientError, socket: Socket): void {
  const answer = (socket as Answering)._httpMessage;
  // The client has disconnected, or a part of the response has been sent.
  if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent === true) {
    socket.destroy();
    return;
  }
  socket.setTimeout(LINGER, () => socket.destroy());
  const status = clientErrorStatus(error);
  const healing = status === 431 && isFilledWithCookies(error) ? CLEAR_COOKIES : [];
  socket.end(rawAnswer(problemOf(status), healing));
}

/** Returns the status of the response, for a client that can still receive a response. */
export function clientErrorStatus({ code = '' }: NodeJS.ErrnoException): number {
  return STATUSES[code] ?? 400;
}

/**
 * Whether cookies fill most of the header limit. A page on another port or subdomain can set such cookies.
 * Long paths and other headers do not count: a foreign page can cause them, and must not sign users out.
 */
function isFilledWithCookies({ rawPacket }: ClientError): boolean {
  const head = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  const start = head.search(/\r\ncookie:/i);
  if (start < 0) return false;
  const end = head.indexOf('\r\n', start + 2);
  return (end < 0 ? head.length : end) - start > MAX_HEADER_BYTES / 2;
}

function rawAnswer(problem: Problem, more: readonly (readonly [string, string])[]): string {
  const body = JSON.stringify(problem);
  const headers = [
    ...SECURITY_HEADER_LIST,
    ['Cache-Control', 'no-store'],
    ['Content-Type', `${PROBLEM_TYPE}; charset=utf-8`],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
    ...more,
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${problem.title}`, ...lines, '', body].join('\r\n');
}
