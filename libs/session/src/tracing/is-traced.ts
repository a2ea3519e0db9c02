import { trace, type Tracer } from '@opentelemetry/api';

/** Provider of the API itself, to which an SDK adds its own provider. */
interface ProxiedProvider {
  getDelegateTracer(name: string): Tracer | undefined;
}

/** Whether this process has an OpenTelemetry SDK, so that spans may be recorded. */
export function isTraced(scope: string): boolean {
  const provider: object = trace.getTracerProvider();
  // The API has no other way to ask. Another provider than its own is an SDK.
  if (!isProxied(provider)) return true;
  return provider.getDelegateTracer(scope) !== undefined;
}

function isProxied(provider: object): provider is ProxiedProvider {
  return 'getDelegateTracer' in provider && typeof provider.getDelegateTracer === 'function';
}
