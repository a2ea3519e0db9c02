import type { ArgumentsHost } from '@nestjs/common';
import { type FieldInfo, graphqlFieldOf } from '../source/graphql-field.js';

/** Index of the message's context among a handler's arguments. */
const MESSAGE_CONTEXT = 1;

/** Fields that are read of Express' and Fastify's requests. */
interface RoutedRequest {
  readonly method?: string;
  /** Express. */
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  /** Fastify. */
  readonly routeOptions?: { readonly url?: string };
}

/**
 * Returns the parts of a request that may be logged: the method and the route, and no text that a user typed.
 */
export function routeOf(host: ArgumentsHost): { method: string | null; route: string | null } {
  switch (host.getType<string>()) {
    case 'http': {
      const request = host.getArgByIndex<RoutedRequest>(0);
      return { method: request.method ?? null, route: patternOf(request) };
    }
    case 'rpc':
      return { method: null, route: messagePatternOf(host.getArgByIndex(MESSAGE_CONTEXT)) };
    case 'ws':
      return { method: null, route: webSocketPatternOf(host) };
    case 'graphql':
      return { method: null, route: fieldOf(graphqlFieldOf(host.getArgs()).info) };
    default:
      return { method: null, route: null };
  }
}

function patternOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | null {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return routeOptions?.url ?? null;
}

/**
 * Returns the pattern that selected a message's handler: the service's own text. gRPC has no pattern here.
 */
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

/** Returns the pattern that selected a message's handler; `null` for the connection itself. */
function webSocketPatternOf(host: ArgumentsHost): string | null {
  const args = host.getArgs<unknown[]>();
  const pattern = args.length > 1 ? args.at(-1) : null;
  return typeof pattern === 'string' ? pattern : null;
}

/** Returns the resolved field, such as `Query.orders`: names of the schema, none of the request. */
function fieldOf(info: FieldInfo | null): string | null {
  const { parentType, fieldName } = info ?? {};
  return parentType && fieldName ? `${String(parentType)}.${fieldName}` : null;
}
