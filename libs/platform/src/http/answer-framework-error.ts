import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemOf } from './problem';
import { SECURITY_HEADER_LIST } from './security-headers';

/** What is needed of Fastify's reply. */
interface Reply {
  readonly raw: ServerResponse;
  /** Leaves the answer to whoever calls it. */
  hijack(): unknown;
}

/**
 * Answers what Fastify could not route, before anything of Nest runs: a path that cannot be decoded, or a
 * parameter in it that is too long.
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
