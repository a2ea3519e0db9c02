import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { problemOf } from './problem';

interface ProblemOptions {
  /** Further members of the problem (RFC 9457, 3.2). */
  extensions?: object;
  /** Headers that the response must carry, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
}

/** An error that is answered with an RFC 9457 problem with its own code. */
export class ProblemException extends HttpException {
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param code Stable, for programs: `ERR_…`.
   * @param detail For people: the fault and how to fix it.
   */
  constructor(
    status: number,
    readonly code: string,
    detail: string,
    { extensions = {}, headers = {} }: ProblemOptions = {},
  ) {
    const title = STATUS_CODES[status];
    super({ type: 'about:blank', title, status, code, detail, ...extensions }, status);
    this.headers = headers;
  }

  /** Creates a problem whose code is that of its status. */
  static of(
    status: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ): ProblemException {
    return new ProblemException(status, problemOf(status).code, detail, { headers });
  }
}
