import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError } from 'rxjs';
import { SessionError } from '../errors/session-error.js';
import { SessionException } from '../errors/session-exception.js';
import { Denials } from './denials.js';
import { messageErrorOf } from './message-error.js';
import { SessionTransports } from './session-transports.js';

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
    private readonly transports: SessionTransports,
  ) {}

  /** @returns the error that ends a message; nothing over HTTP; over other transports the denial itself */
  catch(error: SessionError | SessionException, host: ArgumentsHost): unknown {
    const denial = this.denials.settle(error, host);
    if (host.getType() === 'http') {
      this.#reply(denial, host.switchToHttp().getResponse());
      return undefined;
    }
    const transport = this.transports.of(host);
    if (transport) return transport.answerOf(denial, host);
    return host.getType() === 'rpc' ? throwError(() => messageErrorOf(denial)) : denial;
  }

  #reply(denial: SessionException, response: object): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    httpAdapter.reply(response, denial.getResponse(), denial.getStatus());
  }
}
