import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemOf } from './problem';
import { SECURITY_HEADER_LIST } from './security-headers';

/** Members of Fastify's reply that this file uses. */
interface Reply {
  readonly raw: ServerResponse;
  /** Leaves the response to the caller. */
  hijack(): unknown;
}

/**
 * Answers requests that Fastify could not route, before any code of Nest runs. Their path cannot be decoded,
 * or holds a parameter that is too long.
 */
export function answerFrameworkError(
  { statusCode = 400 }: { statusCode?: number },
  _request: unknown,
  reply: Reply,
): void {
  const body = JSON.stringify(problemOf(statusCode));
  reply.hijack();
  for (const [name, value] of SECURITY_HEADER_LIST) reply.raw.setHeader(name, value);
  reply.raw
    .setHeader('Cache-Control', 'no-store')
    .setHeader('Content-Type', `${PROBLEM_TYPE}; charset=utf-8`)
    .setHeader('Content-Length', Buffer.byteLength(body))
    .writeHead(statusCode)
    .end(body);
}
