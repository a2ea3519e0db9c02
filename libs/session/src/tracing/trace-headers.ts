import { context, propagation } from '@opentelemetry/api';
import { quietly } from './quietly.js';

/**
 * Headers of the W3C Trace Context, with the maximum number of characters that a receiver reads. `traceparent` has 55
 * characters, and may have more in later versions. A `tracestate` has at most 512 (W3C Trace Context, 3.3.1.5).
 */
const LIMITS = { traceparent: 128, tracestate: 512 } as const;

/** Headers of a trace, by name in lower case. */
export type TraceHeaders = Readonly<Record<string, string>>;

/** Returns the headers that continue the active trace in another service; none without a trace. */
export function activeTraceHeaders(): TraceHeaders {
  const injected: Record<string, unknown> = {};
  // The propagator of the application may add other fields, such as baggage, which may hold anything.
  quietly(() => {
    propagation.inject(context.active(), injected);
  });
  return traceHeadersFrom((name) => injected[name]);
}

/**
 * Returns the headers of a trace that a request or message carries. Any client may have sent them: a text that is too
 * long does not reach the parser.
 */
export function traceHeadersFrom(valueOf: (name: string) => unknown): TraceHeaders {
  const headers: Record<string, string> = {};
  for (const [name, limit] of Object.entries(LIMITS)) {
    const value = valueOf(name);
    if (typeof value === 'string' && value.length <= limit) headers[name] = value;
  }
  return headers;
}
