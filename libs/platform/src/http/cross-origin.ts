import type { IncomingMessage } from 'node:http';
import type {
  CorsOptions,
  CorsOptionsDelegate,
} from '@nestjs/common/interfaces/external/cors-options.interface';

/** For how long a browser may remember what a preflight said, in seconds. */
const PREFLIGHT_AGE = 600;

/** To an origin that is not allowed, nothing is said at all: neither what others may do nor what exists. */
const NO_CORS: CorsOptions = { origin: false };

/**
 * Lets the pages of some origins read answers, with credentials. What is told them is listed here; nothing
 * of a request is repeated.
 */
export function corsFor(origins: readonly string[]): CorsOptionsDelegate<unknown> {
  return (request, respond) => {
    const { headers, method } = request as IncomingMessage;
    const { origin } = headers;
    const isPreflight = headers['access-control-request-method'] !== undefined;
    if (
      origin === undefined ||
      !origins.includes(origin) ||
      (method === 'OPTIONS' && !isPreflight)
    ) {
      respond(null, NO_CORS);
      return;
    }
    respond(null, {
      origin,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'],
      exposedHeaders: ['Authentication-Info', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
      maxAge: PREFLIGHT_AGE,
    });
  };
}
