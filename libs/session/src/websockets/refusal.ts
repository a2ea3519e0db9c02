import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { SessionException } from '../errors/session-exception.js';
import { messageErrorOf } from '../guard/message-error.js';
import { WsDenial } from './ws-denial.js';

const HEADERS = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };

/** Refused connection, in the forms that clients receive. */
export class Refusal {
  private constructor(
    /** HTTP status. */
    readonly status: number,
    /** Stable code of a denial; otherwise the phrase of the status. */
    readonly reason: string,
    /** Response headers. */
    readonly headers: Readonly<Record<string, string>>,
    /** Problem as JSON (RFC 9457). */
    readonly body: string,
    /** Error object for a client whose connection is open already. */
    readonly error: object,
  ) {}

  /** Returns the refusal that an error of the guard means: 500 for an error that is not a denial. */
  static of(error: unknown): Refusal {
    const denial = error instanceof WsDenial ? error.denial : error;
    if (denial instanceof SessionException) {
      return new Refusal(
        denial.getStatus(),
        denial.code,
        { ...denial.headers, ...HEADERS },
        JSON.stringify(denial.getResponse()),
        messageErrorOf(denial),
      );
    }
    const status = statusOf(denial);
    const title = STATUS_CODES[status] ?? 'Refused';
    return new Refusal(
      status,
      title,
      HEADERS,
      JSON.stringify({ type: 'about:blank', title, status }),
      { status: 'error', message: title },
    );
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof WsException ? HttpStatus.FORBIDDEN : HttpStatus.INTERNAL_SERVER_ERROR;
}
