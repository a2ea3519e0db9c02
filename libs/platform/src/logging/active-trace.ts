import { createRequire } from 'node:module';
import type * as OpenTelemetry from '@opentelemetry/api';

type Api = typeof OpenTelemetry;

/** Fields of a log line within a span. */
export interface ActiveTrace {
  readonly traceId?: string;
  readonly spanId?: string;
}

const api = installedApi();

/** Returns the trace and the span in which a line is logged; nothing without one. */
export function activeTrace(): ActiveTrace {
  const span = api?.trace.getActiveSpan()?.spanContext();
  if (span === undefined || !api?.isSpanContextValid(span)) return {};
  const { traceId, spanId } = span;
  return { traceId, spanId };
}

/** Returns OpenTelemetry's API, which a service without traces need not have installed. */
function installedApi(): Api | null {
  const load = createRequire(__filename);
  try {
    return load('@opentelemetry/api') as Api;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}
