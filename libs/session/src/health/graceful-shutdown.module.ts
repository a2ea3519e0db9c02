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
import { toMilliseconds } from '../common/duration.js';
import {
  ConfigurableModuleClass,
  GRACEFUL_SHUTDOWN_OPTIONS,
  type GracefulShutdownOptions,
} from './graceful-shutdown.options.js';
import { HttpDrain } from './http-drain.js';

const DEFAULT_DEADLINE = '10s';

/** Time that hooks have after the deadline before the process is ended, in milliseconds. */
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
    // An application without HTTP has no adapter.
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    const server = adapter?.getHttpServer() as Server | undefined;
    if (server) this.#drain = new HttpDrain(server);
  }

  /** Begins in the first hook that Nest calls on a signal and in `app.close()`. */
  onModuleDestroy(): void {
    this.#drain?.begin(this.#deadline);
  }

  /** Runs in the last hook before the server stops listening: requests that still arrive are served. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    // A test that closes its application passes no signal: its process must continue.
    if (signal !== undefined) this.#endInAnyCase();
    await this.#drain?.untilServed(this.#deadline / 2);
  }

  onApplicationShutdown(): void {
    this.#drain?.end();
  }

  #endInAnyCase(): void {
    this.#lastCall = setTimeout(() => {
      this.#logger.error(
        'The application did not shut down in time: a shutdown hook is still pending. The process exits with code 1.',
      );
      process.exit(1);
    }, this.#deadline + LAST_CALL);
    this.#lastCall.unref();
  }
}

/**
 * Ends an application in time and without losing requests, on Express and Fastify. From the signal on, every
 * answer closes its connection, `SessionHealthIndicator.isHealthy()` is down, and event streams end. The
 * deadline cuts all remaining connections.
 *
 * Nest calls the hooks only with `enableShutdownHooks`, and ends the process with 0 only as below. For
 * Fastify, give its adapter `return503OnClosing: false`: otherwise it rejects requests in its own format.
 *
 * @example
 * // app.module.ts: imports
 * GracefulShutdownModule.forRoot({ deadline: '10s' });
 * // main.ts
 * app.enableShutdownHooks([], { useProcessExit: true });
 */
@Module({ providers: [GracefulShutdown] })
export class GracefulShutdownModule extends ConfigurableModuleClass {}
