import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { problemOf } from './problem';

interface ProblemOptions {
  /** Further members of the problem (RFC 9457, 3.2). */
  extensions?: object;
  /** Response headers that the answer must carry, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
}

/** An error whose answer is an RFC 9457 problem with a code of its own. */
export class ProblemException extends HttpException {
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param code Stable, for programs: `ERR_…`.
   * @param detail For people: what is wrong and how to mend it.
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

  /** One whose code is that of its status. */
  static of(
    status: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ): ProblemException {
    return new ProblemException(status, problemOf(status).code, detail, { headers });
  }
}
