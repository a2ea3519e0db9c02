import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJsonBody } from './json-body';
import { bodyTooLarge, hasBody } from './json-only.middleware';
import { MAX_BODY } from './request-limits';

/**
 * Reads the body, for Express; Fastify reads it by itself. A body that is too large is rejected as soon as
 * its size shows, not after all of it has arrived.
 */
export function readBody(
  request: IncomingMessage & { body?: unknown },
  _response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  if (!hasBody(request)) {
    next();
    return;
  }
  // Stream events run outside the async context of the request: log lines would lose the request.
  const proceed = AsyncResource.bind(next);
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_BODY) finish(bodyTooLarge());
  };
  const stop = () => request.off('data', take).off('end', end);
  const finish = (error?: unknown): void => {
    stop().pause();
    proceed(error);
  };
  const end = (): void => {
    try {
      request.body = parseJsonBody(Buffer.concat(chunks));
    } catch (error) {
      finish(error);
      return;
    }
    finish();
  };
  // An error ends the connection: no client is left to answer.
  request.on('data', take).on('end', end).on('error', stop);
}
