import type { ArgumentsHost } from '@nestjs/common';

/** Where Nest has it among a handler's arguments. */
const MESSAGE_CONTEXT = 1;

/** What is read of Express' and Fastify's requests alike. */
interface RoutedRequest {
  readonly method?: string;
  /** Express. */
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  /** Fastify. */
  readonly routeOptions?: { readonly url?: string };
}

/** What of a request may be written down: which route it took, and nothing that somebody typed. */
export function routeOf(host: ArgumentsHost): { method: string | null; route: string | null } {
  switch (host.getType<string>()) {
    case 'http': {
      const request = host.getArgByIndex<RoutedRequest>(0);
      return { method: request.method ?? null, route: patternOf(request) };
    }
    case 'rpc':
      return { method: null, route: messagePatternOf(host.getArgByIndex(MESSAGE_CONTEXT)) };
    default:
      return { method: null, route: null };
  }
}

function patternOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | null {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return routeOptions?.url ?? null;
}

/** A message's handler was found by its pattern: it is the service's own text. gRPC has none here. */
function messagePatternOf(context: unknown): string | null {
  const pattern: unknown =
    typeof context === 'object' &&
    context !== null &&
    'getPattern' in context &&
    typeof context.getPattern === 'function'
      ? (context.getPattern as () => unknown).call(context)
      : null;
  return typeof pattern === 'string' ? pattern : null;
}
