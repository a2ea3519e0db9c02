import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { toMilliseconds } from '../options/duration.js';
import {
  ConfigurableModuleClass,
  GRACEFUL_SHUTDOWN_OPTIONS,
  type GracefulShutdownOptions,
} from './graceful-shutdown.options.js';
import { HttpDrain } from './http-drain.js';

const DEFAULT_DEADLINE = '10s';

/** What hooks may take after the deadline before the process ends all the same, in milliseconds. */
const LAST_CALL = 2_000;

@Injectable()
class GracefulShutdown
  implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #logger = new Logger('GracefulShutdown');
  readonly #deadline: number;
  #drain: HttpDrain | null = null;
  #lastCall: NodeJS.Timeout | undefined;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(GRACEFUL_SHUTDOWN_OPTIONS) { deadline = DEFAULT_DEADLINE }: GracefulShutdownOptions,
  ) {
    this.#deadline = toMilliseconds('deadline', deadline);
  }

  onModuleInit(): void {
    // There is none in an application without HTTP.
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    const server = adapter?.getHttpServer() as Server | undefined;
    if (server) this.#drain = new HttpDrain(server);
  }

  /** The first of the hooks that Nest calls on a signal, and by `app.close()`. */
  onModuleDestroy(): void {
    this.#drain?.begin(this.#deadline);
  }

  /** The last before the server stops listening: requests that still come are served meanwhile. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    // Of a test that closes its application the process goes on.
    if (signal !== undefined) this.#endInAnyCase();
    await this.#drain?.untilServed(this.#deadline / 2);
  }

  onApplicationShutdown(): void {
    this.#drain?.end();
  }

  #endInAnyCase(): void {
    this.#lastCall = setTimeout(() => {
      this.#logger.error(
        'The application did not end in time: a shutdown hook still waits. The process is ended with 1.',
      );
      process.exit(1);
    }, this.#deadline + LAST_CALL);
    this.#lastCall.unref();
  }
}

/**
 * Ends an application without losing requests, and in time: from the signal on every answer closes its
 * connection, `SessionHealthIndicator.isHealthy()` is down, event streams end, and after the deadline
 * whatever is left is cut. On Express and Fastify.
 *
 * Nest calls the hooks only with `enableShutdownHooks`, and ends the process with 0 only as below. For
 * Fastify, give its adapter `return503OnClosing: false`: it would refuse requests in a form of its own.
 *
 * @example
 * // app.module.ts: imports
 * GracefulShutdownModule.forRoot({ deadline: '10s' });
 * // main.ts
 * app.enableShutdownHooks([], { useProcessExit: true });
 */
@Module({ providers: [GracefulShutdown] })
export class GracefulShutdownModule extends ConfigurableModuleClass {}
