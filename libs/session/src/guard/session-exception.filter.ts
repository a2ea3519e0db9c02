import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { DenialAudit } from '../audit/denial-audit';
import { FailureLog } from '../errors/failure-log';
import { SessionError } from '../errors/session-error';
import { SessionException, toSessionException } from '../errors/session-exception';
import { SESSION_OPTIONS } from '../options/session-options.token';
import type { SessionOptions } from '../options/session.options';
import { isGrpcMetadata, toGrpcError } from './grpc-error';

/** Where Nest has it among a handler's arguments. */
const MESSAGE_CONTEXT = 1;

/**
 * Answers the library's own denials and errors in the form of the door that they came through: over
 * HTTP as `application/problem+json` (RFC 9457), over a microservice transport as an error object
 * with the same stable `code`, over gRPC as a status with that code in the metadata.
 */
@Catch(SessionError, SessionException)
export class SessionExceptionFilter implements ExceptionFilter<SessionError | SessionException> {
  readonly #failures = new FailureLog('SessionModule');

  constructor(
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
    private readonly adapterHost: HttpAdapterHost,
    private readonly audit: DenialAudit,
  ) {}

  catch(
    error: SessionError | SessionException,
    host: ArgumentsHost,
  ): Observable<never> | undefined {
    const denial =
      error instanceof SessionError ? toSessionException(error, this.options.retryAfter) : error;
    // While the store is away every request fails: what is told to the operator is told to the audit.
    const isNews = denial.getStatus() < 500 || this.#failures.report(error);
    if (isNews) this.audit.record(denial, host);
    if (host.getType() !== 'http') {
      const metadata = host.getArgByIndex<unknown>(MESSAGE_CONTEXT);
      if (isGrpcMetadata(metadata)) return throwError(() => toGrpcError(denial, metadata));
      const { code, detail: message, members } = denial;
      return throwError(() => ({ status: 'error', code, message, ...members }));
    }
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse<object>();
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    for (const [name, value] of Object.entries(denial.headers)) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, denial.getResponse(), denial.getStatus());
    return undefined;
  }
}
