import type { ExecutionContext } from '@nestjs/common';
import { context, type Context, propagation, trace } from '@opentelemetry/api';
import { transportHeader } from '../calls/transport-headers.js';
import { envelopeIn } from '../source/envelope.js';
import { carrierOf } from '../source/request-session.js';
import { quietly } from './quietly.js';
import { type TraceHeaders, traceHeadersFrom } from './trace-headers.js';

/** Index of the request, or of the data of a message, among a handler's arguments. */
const REQUEST = 0;

/** Contexts by request or message: the guard removes the envelope that carries the headers. */
const known = new WeakMap<object, Context>();

/**
 * Returns the context in which a request or message belongs: the active context within a span, such as the span of an
 * HTTP instrumentation, otherwise the context that the caller sent.
 */
export function callersContext(host: ExecutionContext): Context {
  const active = context.active();
  if (trace.getSpan(active) !== undefined) return active;
  const type = host.getType<string>();
  if (type !== 'http' && type !== 'rpc') return active;
  const carrier = carrierOf(host);
  let found = known.get(carrier);
  if (found === undefined) {
    const headers = type === 'http' ? requestHeaders(host) : messageHeaders(host);
    found = quietly(() => propagation.extract(active, headers)) ?? active;
    known.set(carrier, found);
  }
  return found;
}

function requestHeaders(host: ExecutionContext): TraceHeaders {
  const { headers } = host.getArgByIndex<{ headers: Readonly<Record<string, unknown>> }>(REQUEST);
  return traceHeadersFrom((name) => headers[name]);
}

function messageHeaders(host: ExecutionContext): TraceHeaders {
  const envelope = envelopeIn(host.getArgByIndex<unknown>(REQUEST));
  if (envelope === null) {
    const carrier = carrierOf(host);
    return traceHeadersFrom((name) => transportHeader(carrier, name));
  }
  const headers = Object(envelope['@session']) as object;
  return traceHeadersFrom(
    (name) => Object.getOwnPropertyDescriptor(headers, name)?.value as unknown,
  );
}
