import { HttpStatus } from '@nestjs/common';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { httpExceptionIn } from '../errors/http-exception-in.js';
import { ATTRIBUTES } from './span-attributes.js';

/** Codes as this library and the sample services write them. */
const CODE = /^ERR_[A-Z_]{1,60}$/;
/** Names of classes. */
const NAME = /^[A-Za-z_$][\w$]{0,60}$/;
/** Value of the semantic conventions for an error whose type is unknown. */
const OTHER = '_OTHER';

/**
 * Sets the outcome of an operation that threw. A denial is no error of the service: its status stays unset. The
 * message of an error may quote a user's input, so no span carries it.
 */
export function setFailure(span: Span, error: unknown): void {
  const exception = httpExceptionIn(error);
  const code = exception === null ? null : codeOf(exception);
  if (exception !== null && exception.getStatus() < HttpStatus.INTERNAL_SERVER_ERROR.valueOf()) {
    span.setAttribute(ATTRIBUTES.outcome, 'denied');
    if (code !== null) span.setAttribute(ATTRIBUTES.code, code);
    return;
  }
  span.setAttribute(ATTRIBUTES.outcome, 'failed');
  span.setAttribute(ATTRIBUTES.errorType, code ?? typeOf(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function codeOf(exception: { code?: unknown; getResponse(): unknown }): string | null {
  const { code } = Object(exception.getResponse()) as { code?: unknown };
  for (const it of [exception.code, code]) if (typeof it === 'string' && CODE.test(it)) return it;
  return null;
}

function typeOf(error: unknown): string {
  const name: unknown = error instanceof Error ? error.constructor.name : null;
  return typeof name === 'string' && NAME.test(name) ? name : OTHER;
}
