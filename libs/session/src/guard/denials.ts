import { type ArgumentsHost, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DenialAudit } from '../audit/denial-audit.js';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { SessionError } from '../errors/session-error.js';
import { SessionException, toSessionException } from '../errors/session-exception.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { SessionTransports } from './session-transports.js';

/**
 * Converts the library's errors into denials. Records each denial once, sets its response headers, and gives
 * it the form of its transport. An exception filter that responds later cannot change any of that.
 */
@Injectable()
export class Denials {
  readonly #failures = new ThrottledLogger('SessionModule');
  readonly #settled = new WeakSet<SessionException>();

  constructor(
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
    private readonly adapterHost: HttpAdapterHost,
    private readonly audit: DenialAudit,
    private readonly transports: SessionTransports,
  ) {}

  /** Returns the error to throw instead of `error`. Errors from elsewhere are returned unchanged. */
  toThrow(error: unknown, host: ArgumentsHost): unknown {
    if (!(error instanceof SessionError || error instanceof SessionException)) return error;
    const denial = this.settle(error, host);
    return this.transports.of(host)?.exceptionOf(denial, host) ?? denial;
  }

  /** Records a denial and sets its headers, unless this was done before. */
  settle(error: SessionError | SessionException, host: ArgumentsHost): SessionException {
    const denial =
      error instanceof SessionError ? toSessionException(error, this.options.retryAfter) : error;
    if (this.#settled.has(denial)) return denial;
    this.#settled.add(denial);
    // While the store is unavailable, every request fails: only failures that are logged reach the audit.
    const isNews = denial.getStatus() < 500 || this.#failures.report(error);
    if (isNews) this.audit.record(denial, host);
    if (host.getType() === 'http') this.#setHeaders(denial, host.switchToHttp().getResponse());
    return denial;
  }

  #setHeaders({ headers }: SessionException, response: object): void {
    const { httpAdapter } = this.adapterHost;
    // A response that has begun cannot be changed.
    if (httpAdapter.isHeadersSent(response)) return;
    for (const [name, value] of Object.entries({ 'Cache-Control': 'no-store', ...headers })) {
      httpAdapter.setHeader(response, name, value);
    }
  }
}
