import { SessionError, SessionException, type SessionExceptionFilter } from 'nest-sessions';
import type { SecurityLog } from 'nest-sessions/audit';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  HttpStatus,
  Logger,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { RpcException } from '@nestjs/microservices';
import { throwError } from 'rxjs';
import type { KnownRoutes } from './known-routes';
import { normalizeException } from './normalize-exception';
import { PROBLEM_TYPE, type Problem, problemOf } from './problem';
import { ProblemException } from './problem.exception';
import { isRefusal } from './refusals';

/**
 * Maximum number of wrong fields in a response, and of characters of each: a response is no larger than its
 * cause.
 */
const MAX_ERRORS = 20;
const MAX_ERROR_LENGTH = 200;

/**
 * Answers every error as `application/problem+json`, on both adapters. Unexpected errors are logged and
 * answered with 500, without details.
 */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemDetailsFilter.name);

  constructor(
    private readonly httpAdapter: AbstractHttpAdapter,
    private readonly sessions: SessionExceptionFilter,
    private readonly routes: KnownRoutes,
    private readonly audit: SecurityLog,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): unknown {
    const request = host.getType() === 'http' ? this.#requestOf(host) : null;
    const exception = request ? normalizeException(thrown, request, this.routes) : thrown;
    if (exception instanceof SessionError || exception instanceof SessionException) {
      return this.sessions.catch(exception, host);
    }
    // The exception already has the format of its transport.
    if (exception instanceof RpcException) return throwError(() => exception.getError());
    const problem = toProblem(exception);
    if (problem.status >= 500 && !(exception instanceof HttpException)) {
      this.#logger.error(exception instanceof Error ? exception : String(exception));
    }
    this.#audit(thrown, problem);
    if (request === null) {
      const { code, detail, title } = problem;
      return throwError(() => ({ status: 'error', code, message: detail ?? title }));
    }
    const response = host.switchToHttp().getResponse<object>();
    // A response that has started cannot be replaced.
    if (this.httpAdapter.isHeadersSent(response)) return undefined;
    this.#setHeaders(response, { 'Cache-Control': 'no-store', ...headersOf(exception) });
    if (
      request.method === 'OPTIONS' &&
      problem.status === HttpStatus.METHOD_NOT_ALLOWED.valueOf()
    ) {
      // The request asked which methods the path accepts (RFC 9110, 9.3.7).
      this.httpAdapter.reply(response, undefined, HttpStatus.NO_CONTENT);
      return undefined;
    }
    this.#setHeaders(response, { 'Content-Type': PROBLEM_TYPE });
    this.httpAdapter.reply(response, problem, problem.status);
    return undefined;
  }

  #requestOf(host: ArgumentsHost): { method: string; url: string } {
    const request = host.switchToHttp().getRequest<object>();
    return {
      method: this.httpAdapter.getRequestMethod(request) as string,
      url: this.httpAdapter.getRequestUrl(request) as string,
    };
  }

  #setHeaders(response: object, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      this.httpAdapter.setHeader(response, name, value);
    }
  }

  /**
   * Records refusals, except those that a handler makes with its own code: the handler records them itself.
   */
  #audit(thrown: unknown, { status, code }: Problem): void {
    if (!isRefusal(status)) return;
    if (thrown instanceof ProblemException && code !== problemOf(status).code) return;
    this.audit.record({ event: 'request.refused', outcome: 'failure', status, code });
  }
}

function headersOf(exception: unknown): Readonly<Record<string, string>> {
  return exception instanceof ProblemException ? exception.headers : {};
}

function toProblem(exception: unknown): Problem {
  if (!(exception instanceof HttpException)) return problemOf(statusOf(exception));
  const body = exception.getResponse();
  if (typeof body === 'object' && 'code' in body) return body as Problem;
  const problem = problemOf(exception.getStatus());
  if (problem.status >= 500) return problem;
  const message: unknown = typeof body === 'object' && 'message' in body ? body.message : body;
  if (Array.isArray(message)) {
    return { ...problem, detail: 'Some fields are invalid.', errors: shortened(message) };
  }
  return typeof message === 'string' ? { ...problem, detail: message } : problem;
}

function shortened(messages: readonly unknown[]): string[] {
  return messages.slice(0, MAX_ERRORS).map((it) => String(it).slice(0, MAX_ERROR_LENGTH));
}

/**
 * Returns the status that the adapters and their body parsers give a client error, such as a body that is too
 * large. Returns 500 for other errors. Their messages are not sent.
 */
function statusOf(exception: unknown): number {
  const status =
    typeof exception === 'object' && exception !== null && 'statusCode' in exception
      ? exception.statusCode
      : undefined;
  return typeof status === 'number' && status >= 400 && status < 500
    ? status
    : HttpStatus.INTERNAL_SERVER_ERROR;
}
