import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, type Problem, problemOf } from './problem';
import { SECURITY_HEADER_LIST } from './security-headers';

/** How long a client may take to read what is wrong before the connection is cut, in milliseconds. */
const LINGER = 2_000;

/** What Node.js' parser calls it, and what HTTP does. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Node.js' own name for the answer that is under way. */
interface Answering {
  readonly _httpMessage?: ServerResponse | null;
}

/**
 * Answers what Node.js could not read as a request, so that it never became one: with a problem, and the
 * end of the connection. What came before it on the connection cannot be told from what follows.
 *
 * For a server's `clientError`.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  const answer = (socket as Answering)._httpMessage;
  // The client is gone, or half an answer is.
  if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent === true) {
    socket.destroy();
    return;
  }
  socket.setTimeout(LINGER, () => socket.destroy());
  socket.end(rawAnswer(problemOf(clientErrorStatus(error))));
}

/** Which status it is answered with, where there is somebody to answer. */
export function clientErrorStatus({ code = '' }: NodeJS.ErrnoException): number {
  return STATUSES[code] ?? 400;
}

function rawAnswer(problem: Problem): string {
  const body = JSON.stringify(problem);
  const headers = [
    ...SECURITY_HEADER_LIST,
    ['Cache-Control', 'no-store'],
    ['Content-Type', `${PROBLEM_TYPE}; charset=utf-8`],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${problem.title}`, ...lines, '', body].join('\r\n');
}
