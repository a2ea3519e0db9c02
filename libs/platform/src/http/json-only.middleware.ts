import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpStatus } from '@nestjs/common';
import { ProblemException } from './problem.exception';
import { MAX_BODY } from './request-limits';
import { countHeader } from './well-formed.middleware';

/**
 * `application/json`, without a charset or in UTF-8, the only encoding of JSON between systems (RFC 8259,
 * 8.1).
 */
const JSON_IN_UTF8 = /^application\/json\s*(?:;\s*charset\s*=\s*(?:utf-8|"utf-8")\s*)?$/i;

/** Methods that must not have a body: servers, caches and proxies disagree on its meaning. */
const WITHOUT_BODY: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Closes the connection after the response: the rest of the body is not read, not even to be skipped. */
const CLOSE = { Connection: 'close' };

/**
 * Rejects bodies that are not plain JSON with 415, and bodies whose declared length is too large with 413,
 * before they are read. Another site's page could send forms and plain text without a preflight. A compressed
 * body can decompress to any size.
 */
export function jsonOnly(
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: Error) => void,
): void {
  next(hasBody(request) ? (faultOf(request) ?? undefined) : undefined);
}

/** Whether a request has a body, by its headers (RFC 9112, 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** Problem for a body that exceeds the limit. */
export function bodyTooLarge(): ProblemException {
  return ProblemException.of(
    HttpStatus.PAYLOAD_TOO_LARGE,
    `Send a body of at most ${MAX_BODY} bytes.`,
    CLOSE,
  );
}

function faultOf(request: IncomingMessage): Error | null {
  const { 'content-type': type = '', 'content-encoding': coding, ...rest } = request.headers;
  if (!JSON_IN_UTF8.test(type) || countHeader(request, 'content-type') > 1) {
    return unsupported('Send JSON, with Content-Type: application/json.');
  }
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    // RFC 9110, 12.5.3: the client learns which encoding is accepted.
    return unsupported('Send the body as it is, without Content-Encoding.', {
      'Accept-Encoding': 'identity',
    });
  }
  if (Number(rest['content-length'] ?? 0) > MAX_BODY) return bodyTooLarge();
  if (WITHOUT_BODY.has(request.method)) {
    return ProblemException.of(HttpStatus.BAD_REQUEST, 'Send this method without a body.', CLOSE);
  }
  return null;
}

function unsupported(detail: string, headers: Readonly<Record<string, string>> = {}): Error {
  return ProblemException.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail, { ...CLOSE, ...headers });
}
