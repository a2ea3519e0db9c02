import { STATUS_CODES } from 'node:http';
import { SessionError, SessionException, type SessionExceptionFilter } from '@app/session';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  HttpStatus,
  Logger,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { ProblemException } from './problem.exception';

/** RFC 9457, 3. `code` is stable, `detail` is for people, `errors` has one line per wrong field. */
interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: string[];
}

/**
 * Answers every error as `application/problem+json`, on both adapters. What nobody foresaw is logged
 * and answered 500 without a word of what it was.
 */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemDetailsFilter.name);

  constructor(
    private readonly httpAdapter: AbstractHttpAdapter,
    private readonly sessions: SessionExceptionFilter,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (exception instanceof SessionError || exception instanceof SessionException) {
      return this.sessions.catch(exception, host);
    }
    const problem = toProblem(exception);
    if (problem.status >= 500 && !(exception instanceof HttpException)) {
      this.#logger.error(exception instanceof Error ? exception.stack : String(exception));
    }
    if (host.getType() !== 'http') {
      const { code, detail, title } = problem;
      return throwError(() => ({ status: 'error', code, message: detail ?? title }));
    }
    const response = host.switchToHttp().getResponse<object>();
    // Half an answer cannot be taken back.
    if (this.httpAdapter.isHeadersSent(response)) return undefined;
    const headers = { 'Content-Type': 'application/problem+json', ...headersOf(exception) };
    for (const [name, value] of Object.entries(headers)) {
      this.httpAdapter.setHeader(response, name, value);
    }
    this.httpAdapter.reply(response, problem, problem.status);
    return undefined;
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
    return { ...problem, detail: 'Some fields are wrong.', errors: message.map(String) };
  }
  return typeof message === 'string' ? { ...problem, detail: message } : problem;
}

function problemOf(status: number): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = `ERR_${title.toUpperCase().replaceAll(/[^A-Z]+/g, '_')}`;
  return { type: 'about:blank', title, status, code };
}

/**
 * The adapters and their body parsers put a status on what the client did wrong, such as a body that
 * is too large. Their messages stay inside.
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
