import type { ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { Logger, type Params, PinoLogger } from 'nestjs-pino';
import type pino from 'pino';
import { Observable, type Subscription } from 'rxjs';
import type { ServiceEnvironment } from '../environment/service.environment';
import { lineFormat } from './line-format';
import { logStream } from './log-stream';
import { connectionOf, type HttpRequest, messageOf, requestOf } from './logged-request';

/** What Nest tells of every module and route as it starts: pages of it, and nothing to act on. */
const START_UP_CONTEXTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/**
 * Nest's logger under the service's name, on pino: one JSON object a line in production, lines for people
 * elsewhere. What is logged while a request is served says which one, see {@link ServiceLogger.follow}.
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
          // What an error is written as is decided below, where its causes are as well.
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
   * Gives the request an id, and has all that is logged from here on say it. One that a proxy gave is sent
   * back as `X-Request-Id`; any other would only make answers differ that are to be alike. The first of all middleware, so that what the others refuse is logged with it.
   */
  readonly follow = (request: HttpRequest, response: ServerResponse, next: () => void): void => {
    const about = requestOf(request, this.#trustsIds);
    if (about.id === request.headers['x-request-id']) response.setHeader('X-Request-Id', about.id);
    this.#pino.runInContext(next, { bindings: { request: about } });
  };

  /** The same for a message of a microservice transport: Nest's pre-request hook. */
  readonly followMessage = (
    _context: ExecutionContext,
    next: () => Observable<unknown>,
  ): Observable<unknown> =>
    new Observable((subscriber) =>
      this.#pino.runInContext((): Subscription => next().subscribe(subscriber), {
        bindings: { request: messageOf() },
      }),
    );

  /** Has all that `work` logs say from which connection it is. */
  aboutConnection(address: string | undefined, work: () => void): void {
    this.#pino.runInContext(work, { bindings: { request: connectionOf(address) } });
  }
}
