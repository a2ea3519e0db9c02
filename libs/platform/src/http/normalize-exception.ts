import { ForbiddenException, HttpException, HttpStatus, NotFoundException } from '@nestjs/common';
import { bodyTooLarge } from './json-only.middleware';
import type { KnownRoutes } from './known-routes';
import { ProblemException } from './problem.exception';

/** Request that an error is about. */
interface RequestLine {
  readonly method: string;
  /** Request target as the client sent it. */
  readonly url: string;
}

/** Start of Nest's message for a change that another site's page requests. */
const CROSS_ORIGIN = 'Cross-origin request detected';

/**
 * Converts exceptions of Nest and the adapters to problems of this platform, with stable codes and no part of
 * the request. Returns other exceptions unchanged.
 */
export function normalizeException(
  exception: unknown,
  request: RequestLine,
  routes: KnownRoutes,
): unknown {
  if (!(exception instanceof HttpException) || exception instanceof ProblemException) {
    return exception;
  }
  if (isUnrouted(exception, request)) return unrouted(routes.allowedAt(request.url));
  if (exception instanceof ForbiddenException && exception.message.startsWith(CROSS_ORIGIN)) {
    return new ProblemException(
      HttpStatus.FORBIDDEN,
      'ERR_CROSS_ORIGIN',
      'A page of another origin must not change data. The service can list its origin in ALLOWED_ORIGINS.',
    );
  }
  if (exception.getStatus() === HttpStatus.PAYLOAD_TOO_LARGE.valueOf()) return bodyTooLarge();
  return exception;
}

/** Whether the router has found no route, as opposed to a handler that has found no resource. */
function isUnrouted(exception: HttpException, { method, url }: RequestLine): boolean {
  return exception instanceof NotFoundException && exception.message === `Cannot ${method} ${url}`;
}

function unrouted(allow: string | null): ProblemException {
  if (allow === null) {
    return ProblemException.of(HttpStatus.NOT_FOUND, 'This path does not exist.');
  }
  return ProblemException.of(HttpStatus.METHOD_NOT_ALLOWED, `This path allows ${allow}.`, {
    Allow: allow,
  });
}
