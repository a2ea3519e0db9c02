import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpStatus } from '@nestjs/common';
import { ProblemException } from './problem.exception';
import { MAX_BODY } from './request-limits';
import { countHeader } from './well-formed.middleware';

/** `application/json`, alone or in UTF-8, the one encoding of JSON between systems (RFC 8259, 8.1). */
const JSON_IN_UTF8 = /^application\/json\s*(?:;\s*charset\s*=\s*(?:utf-8|"utf-8")\s*)?$/i;

/** What a body may not do on: servers, caches and proxies disagree on what it means there. */
const WITHOUT_BODY: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** The connection ends with the answer: the rest of the body is not read, not even to be passed over. */
const CLOSE = { Connection: 'close' };

/**
 * Refuses bodies that are not plain JSON with 415, and those that say that they are too large with 413,
 * before they are read. Forms and plain text are what another site's page could send without being asked
 * for permission first; what is packed is as large as its sender likes.
 */
export function jsonOnly(
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: Error) => void,
): void {
  next(hasBody(request) ? (faultOf(request) ?? undefined) : undefined);
}

/** Whether a body comes with a request, by its headers (RFC 9112, 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** What is larger than is read. */
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
    // RFC 9110, 12.5.3: so the client is told what would be taken.
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
