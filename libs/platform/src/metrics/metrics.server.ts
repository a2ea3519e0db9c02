import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ServiceEnvironment } from '../environment/service.environment';
import { ServiceMetrics } from './service-metrics';

/** Limits of the scraper's requests, in milliseconds: an abandoned connection must not stay open. */
const TIMEOUTS = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 60_000 };

/** Scrapers at once. */
const MOST_CONNECTIONS = 20;

/**
 * Serves `GET /metrics` on a port of its own, which the network of the scraper reaches and no gateway does. It
 * needs no session.
 */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Metrics');
  readonly #server: Server;

  constructor(
    private readonly environment: ServiceEnvironment,
    private readonly metrics: ServiceMetrics,
  ) {
    this.#server = createServer(TIMEOUTS, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.metrics.collectProcess();
    const { HOST, METRICS_PORT } = this.environment;
    this.#server.listen(METRICS_PORT, HOST);
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      throw new Error(
        `METRICS_PORT: cannot listen on port ${METRICS_PORT} of ${HOST} (${describe(error)}). Set another port.`,
        { cause: error },
      );
    }
    this.#logger.log(`Metrics on port ${METRICS_PORT}, path /metrics`);
  }

  /** Ends in the last hook: the last requests of the service are still counted and scraped. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { register } = this.metrics;
    if (url?.split('?')[0] !== '/metrics') {
      end(response, 404, 'Metrics are at /metrics.\n');
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      end(response, 405, 'Use GET.\n');
    } else {
      try {
        end(response, 200, await register.metrics(), register.contentType);
      } catch (error) {
        this.#logger.error(describe(error));
        end(response, 500, "The metrics could not be collected. See the service's log.\n");
      }
    }
  }
}

function end(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
