import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceEnvironment } from '../environment/service.environment';
import type { Application } from './create-application';
import { corsFor } from './cross-origin';
import { parseJsonBody } from './json-body';
import { jsonOnly } from './json-only.middleware';
import { readBody } from './read-body.middleware';
import { SECURITY_HEADER_LIST, SECURITY_HEADERS } from './security-headers';
import { wellFormedOnly } from './well-formed.middleware';

/**
 * Installs the checks between a request and the routes, in this order. Each check has its own documentation.
 */
export function guardRequests(
  app: Application,
  { ALLOWED_ORIGINS, HTTP_ADAPTER }: ServiceEnvironment,
): void {
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    // A route whose response may be stored sets the header itself.
    response.setHeader('Cache-Control', 'no-store');
    if (ALLOWED_ORIGINS.length > 0) response.setHeader('Vary', 'Origin');
    next();
  });
  app.enableCsrfProtection({ trustedOrigins: [...ALLOWED_ORIGINS] });
  app.useSecurityHeaders(SECURITY_HEADERS);
  if (ALLOWED_ORIGINS.length > 0) app.enableCors(corsFor(ALLOWED_ORIGINS));
  app.use(wellFormedOnly);
  app.use(jsonOnly);
  if (HTTP_ADAPTER === 'express') app.use(readBody);
  else prepareFastify(app as NestFastifyApplication);
}

function prepareFastify(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  // Fastify answers a preflight before Nest has set these headers.
  fastify.addHook('onSend', ({ method }, { raw }, _payload, done) => {
    if (method === 'OPTIONS') {
      for (const [name, value] of SECURITY_HEADER_LIST) raw.setHeader(name, value);
      raw.setHeader('Cache-Control', 'no-store');
    }
    done();
  });
  fastify.removeAllContentTypeParsers();
  // A body of another type than JSON is empty here: {@link jsonOnly} has rejected all others.
  fastify.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, parseJsonBody(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}
