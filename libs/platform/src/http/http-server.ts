import { createServer, type RequestListener, type Server } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { answerClientError } from './answer-client-error';
import { limitConnections } from './connection-limit';
import {
  HEADERS_TIMEOUT,
  KEEP_ALIVE_TIMEOUT,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  REQUEST_TIMEOUT,
  TIMEOUT_CHECK_INTERVAL,
} from './request-limits';

/** Creates Node.js' HTTP server with every limit explicit, the same under both adapters. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      insecureHTTPParser: false,
      // `wellFormedOnly` checks the Host header with the rest of the request, and answers with a problem.
      requireHostHeader: false,
    },
    listener,
  );
  // Node.js silently drops headers beyond this count. One more than allowed makes an excess visible.
  server.maxHeadersCount = MAX_HEADERS + 1;
  limitConnections(server);
  return server;
}

/** Nest's Express adapter on that server. */
export class LimitedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const server = createHttpServer(this.getInstance<RequestListener>());
    this.setHttpServer(server.on('clientError', answerClientError));
  }
}
