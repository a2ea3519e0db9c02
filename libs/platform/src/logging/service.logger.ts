import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { Logger, type Params, PinoLogger } from 'nestjs-pino';
import type pino from 'pino';
import { Observable, type Subscription } from 'rxjs';
import type { ServiceEnvironment } from '../environment/service.environment';
import { activeTrace } from './active-trace';
import { lineFormat } from './line-format';
import { logStream } from './log-stream';
import { connectionOf, type HttpRequest, messageOf, requestOf } from './logged-request';

/** Contexts under which Nest logs every module and route at start-up: pages of lines that need no action. */
const START_UP_CONTEXTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/**
 * Nest's logger under the service's name, on pino: one JSON object a line in production, lines for people
 * elsewhere. Lines that are logged during a request identify it, see {@link ServiceLogger.follow}, and lines within a
 * span name its trace.
 */
export class ServiceLogger extends Logger {
  readonly #pino: PinoLogger;
  readonly #trustsIds: boolean;

  constructor(
    name: string,
    {
      isProduction,
      LOG_LEVEL,
      TRUST_PROXY,
    }: Pick<ServiceEnvironment, 'isProduction' | 'LOG_LEVEL' | 'TRUST_PROXY'>,
    stream: pino.DestinationStream = logStream(isProduction),
  ) {
    const params: Params = {
      pinoHttp: [
        {
          level: LOG_LEVEL,
          ...lineFormat(name),
          mixin: activeTrace,
          // `withoutSecrets` formats errors, together with their causes.
          wrapSerializers: false,
          serializers: { err: (error: unknown) => error },
        },
        stream,
      ],
    };
    const logger = new PinoLogger(params);
    super(logger, params);
    this.#pino = logger;
    this.#trustsIds = TRUST_PROXY !== false;
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && START_UP_CONTEXTS.has(context)) return;
    super.log(message, ...rest);
  }

  /**
   * Gives the request an id that all later log lines contain. An id that a proxy gave is returned as
   * `X-Request-Id`. A generated id is not returned: responses that must be identical would differ. Must be
   * the first middleware, so that rejections by the others are logged with the id.
   */
  readonly follow = (request: HttpRequest, response: ServerResponse, next: () => void): void => {
    const about = requestOf(request, this.#trustsIds);
    if (about.id === request.headers['x-request-id']) response.setHeader('X-Request-Id', about.id);
    this.#pino.runInContext(next, { bindings: { request: about } });
  };

  /** Does the same for a message of a microservice transport, as Nest's pre-request hook. */
  readonly followMessage = (
    _context: ExecutionContext,
    next: () => Observable<unknown>,
  ): Observable<unknown> =>
    new Observable((subscriber) =>
      this.#pino.runInContext((): Subscription => next().subscribe(subscriber), {
        bindings: { request: messageOf() },
      }),
    );

  /**
   * Adds a request for an upgrade to all lines that `work` logs. No adapter reads such a request, so behind a proxy
   * the client's address is unknown.
   */
  aboutUpgrade({ headers, method, socket }: IncomingMessage, work: () => void): void {
    const ip = this.#trustsIds ? undefined : socket.remoteAddress;
    const about = requestOf({ headers, ip, method }, this.#trustsIds);
    this.#pino.runInContext(work, { bindings: { request: about } });
  }

  /** Adds the connection to all lines that `work` logs. */
  aboutConnection(address: string | undefined, work: () => void): void {
    this.#pino.runInContext(work, { bindings: { request: connectionOf(address) } });
  }
}
