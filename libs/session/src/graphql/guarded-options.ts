import type { IncomingMessage } from 'node:http';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { sessionRequired } from '../errors/session-exception.js';
import { noteGraphqlRequest } from '../source/graphql-field.js';
import type { WebSocketLike } from './graphql-connection.js';
import type { GraphqlConnections } from './graphql-connections.js';
import { rawRequestOf } from './graphql-requests.js';
import type { ApolloPlugin, UncachedResponses } from './uncached-responses.js';

type Options = Readonly<Record<string, unknown>>;
type Call = (...args: unknown[]) => unknown;

/** Connection of graphql-ws, with the WebSocket and the request of `ws`. */
interface WsContext {
  readonly extra: { readonly socket: WebSocketLike; readonly request: IncomingMessage };
}

/** First argument of a context function: a request, an object around it, or a connection of graphql-ws. */
interface ContextSource {
  readonly req?: object;
  readonly res?: object;
  readonly extra?: { readonly request?: object };
}

/** Adds the hooks of the library to the options with which a driver of GraphQL starts. */
export class GuardedOptions {
  /** Contexts of earlier operations. */
  readonly #contexts = new WeakSet<object>();

  constructor(
    private readonly connections: GraphqlConnections,
    private readonly responses: UncachedResponses,
  ) {}

  /** @throws SessionOptionsError for subscriptions that cannot be guarded */
  of(options: Options): Options {
    const { context, plugins, subscription, subscriptions, installSubscriptionHandlers } = options;
    if (installSubscriptionHandlers && !subscriptions) throw noLegacySubscriptions();
    return {
      ...options,
      ...(typeof context === 'function' && { context: this.#noting(context as Call) }),
      ...(isApollo(plugins) && { plugins: [...plugins, this.responses.plugin] }),
      ...(isObject(subscriptions) && { subscriptions: this.#ofApollo(subscriptions) }),
      ...(Boolean(subscription) && { subscription: this.#ofMercurius(subscription) }),
    };
  }

  /** Notes the request in each context, whatever the application puts into it. */
  #noting(context: Call): Call {
    return async (...args) => {
      const created = this.#ownContext(await context(...args));
      const [source, reply] = args as [ContextSource?, object?];
      const request = source?.extra?.request ?? source?.req ?? source;
      noteGraphqlRequest(created, request);
      const response = source?.extra === undefined ? (source?.res ?? reply) : undefined;
      if (request && response) this.responses.note(rawRequestOf(request), response);
      return created;
    };
  }

  /**
   * Returns a context that belongs to one operation. Mercurius passes an object that an application returns twice
   * to both operations: the second would change the request of the first.
   */
  #ownContext(created: unknown): object {
    if (!isObject(created)) return {};
    if (Object.isExtensible(created) && !this.#contexts.has(created)) {
      this.#contexts.add(created);
      return created;
    }
    const copy = Object.create(Object.getPrototypeOf(created) as object | null) as object;
    return Object.assign(copy, created);
  }

  /** Subscriptions of Nest's drivers for Apollo. */
  #ofApollo(subscriptions: Options): Options {
    if ('subscriptions-transport-ws' in subscriptions) throw noLegacySubscriptions();
    if (!('graphql-ws' in subscriptions)) return subscriptions;
    const given = subscriptions['graphql-ws'];
    const own: Options = isObject(given) ? given : {};
    const { context, onConnect } = own;
    return {
      ...subscriptions,
      'graphql-ws': {
        ...own,
        ...('context' in own && {
          context: this.#noting(typeof context === 'function' ? (context as Call) : () => context),
        }),
        onConnect: async (connection: WsContext, ...rest: unknown[]) => {
          const { request, socket } = connection.extra;
          if (!(await this.connections.admit(request, socket))) return false;
          return (onConnect as Call | undefined)?.(connection, ...rest);
        },
      },
    };
  }

  /** Subscriptions of Mercurius, which creates the context of a connection before it calls any other hook. */
  #ofMercurius(subscription: unknown): Options {
    const own: Options = isObject(subscription) ? subscription : {};
    return {
      ...own,
      context: async (webSocket: WebSocketLike, request: object, ...rest: unknown[]) => {
        // Mercurius logs the error. The WebSocket is closed already.
        const isOpen = await this.connections.admit(rawRequestOf(request), webSocket);
        if (!isOpen) throw sessionRequired();
        const created = await (own.context as Call | undefined)?.(webSocket, request, ...rest);
        const context = copyOf(created);
        noteGraphqlRequest(context, request);
        return context;
      },
    };
  }
}

/** Whether these are plugins of Apollo Server: Nest's driver always adds some. Those of Mercurius have a `plugin`. */
function isApollo(plugins: unknown): plugins is ApolloPlugin[] {
  return (
    Array.isArray(plugins) &&
    plugins.length > 0 &&
    plugins.every((it: unknown) => isObject(it) && !('plugin' in it))
  );
}

function copyOf(context: unknown): object {
  return isObject(context) ? { ...context } : {};
}

function isObject(value: unknown): value is Options {
  return typeof value === 'object' && value !== null;
}

function noLegacySubscriptions(): SessionOptionsError {
  return new SessionOptionsError(
    "GraphQLModule: subscriptions-transport-ws cannot be protected. Remove 'subscriptions-transport-ws' and " +
      "installSubscriptionHandlers, and set subscriptions: { 'graphql-ws': true }.",
  );
}
