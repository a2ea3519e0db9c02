import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { SessionError } from '../errors/session-error.js';
import { SessionException } from '../errors/session-exception.js';
import { Denials } from './denials.js';
import { loadRpcDenial } from './load-rpc-denial.js';

/**
 * Formats the library's denials and errors. HTTP: `application/problem+json` (RFC 9457). Microservice
 * transports: an error object with the same stable `code`. gRPC: a status with that code in the metadata. The
 * guard has already recorded its own denials.
 */
@Catch(SessionError, SessionException)
export class SessionExceptionFilter implements ExceptionFilter<SessionError | SessionException> {
  constructor(
    private readonly denials: Denials,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** @returns the error that ends a message; nothing over HTTP; over other transports the denial itself */
  catch(
    error: SessionError | SessionException,
    host: ArgumentsHost,
  ): Observable<never> | SessionException | undefined {
    const denial = this.denials.settle(error, host);
    switch (host.getType()) {
      case 'http':
        this.#reply(denial, host.switchToHttp().getResponse());
        return undefined;
      case 'rpc':
        return throwError(() => loadRpcDenial().rpcDenialOf(denial, host).getError());
      default:
        return denial;
    }
  }

  #reply(denial: SessionException, response: object): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    httpAdapter.reply(response, denial.getResponse(), denial.getStatus());
  }
}
