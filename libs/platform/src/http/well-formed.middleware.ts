import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadRequestException, HttpStatus } from '@nestjs/common';
import { ProblemException } from './problem.exception';
import { MAX_HEADERS, MAX_QUERY_PARAMETERS, MAX_TARGET } from './request-limits';

/** RFC 6585, 5. */
const HEADERS_TOO_LARGE = 431;

/** Closes the connection: the end of such a request is uncertain as well. */
const CLOSE = { Connection: 'close' };

/**
 * Rejects requests that Node.js accepts but that servers interpret in different ways, or not at all. Runs
 * before any decision by path or headers.
 */
export function wellFormedOnly(
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: Error) => void,
): void {
  next(faultOf(request) ?? undefined);
}

function faultOf(request: IncomingMessage): Error | null {
  const { rawHeaders, headers, url = '/' } = request;
  if (rawHeaders.length / 2 > MAX_HEADERS) {
    return ProblemException.of(HEADERS_TOO_LARGE, `Send at most ${MAX_HEADERS} headers.`);
  }
  // RFC 9112, 3.2. Of several Host headers, Node.js returns the first; a proxy may have used another.
  const hosts = countHeader(request, 'host');
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== '1.0')) {
    return ProblemException.of(HttpStatus.BAD_REQUEST, 'Send one Host header.', CLOSE);
  }
  // RFC 9112, 6.1. Node.js leaves any other coding on the body, so the end of the body is uncertain.
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return ProblemException.of(
      HttpStatus.BAD_REQUEST,
      'Send the body chunked, or with a Content-Length.',
      CLOSE,
    );
  }
  if (url.length > MAX_TARGET) {
    return ProblemException.of(
      HttpStatus.URI_TOO_LONG,
      `Send a path and a query of at most ${MAX_TARGET} characters.`,
    );
  }
  return pathOrQueryFault(url);
}

function pathOrQueryFault(url: string): Error | null {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  if (!isDecodable(path)) {
    return new BadRequestException('The path has an invalid percent-encoding.');
  }
  const parameters = query === -1 ? 0 : url.slice(query).split('&').length;
  if (parameters > MAX_QUERY_PARAMETERS) {
    return new BadRequestException(`Send at most ${MAX_QUERY_PARAMETERS} query parameters.`);
  }
  return null;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Returns how often a header was sent: of most headers, Node.js returns only the first, or all joined. */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((it, at) => at % 2 === 0 && it.toLowerCase() === name).length;
}
