import type { IncomingMessage } from 'node:http';
import type {
  CorsOptions,
  CorsOptionsDelegate,
} from '@nestjs/common/interfaces/external/cors-options.interface';

/** Time that a browser may cache the result of a preflight, in seconds. */
const PREFLIGHT_AGE = 600;

/**
 * An origin that is not allowed gets no CORS headers, which would reveal the rights of others and what
 * exists.
 */
const NO_CORS: CorsOptions = { origin: false };

/**
 * Allows pages of some origins to read responses, with credentials. The allowed methods and headers are
 * listed here, not copied from the request.
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
