import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { graphqlRequestOf } from '../source/graphql-field.js';
import { rawRequestOf } from './graphql-requests.js';

/** Part of a plugin of Apollo Server. */
export interface ApolloPlugin {
  requestDidStart(): Promise<object>;
}

/** Part of Apollo's `GraphQLRequestContext`. */
interface ApolloOperation {
  readonly contextValue?: unknown;
  readonly response?: { readonly http?: { readonly headers: Map<string, string> } };
}

/** Responses that no cache may store, because they depend on the caller. */
@Injectable()
export class UncachedResponses {
  readonly #responses = new WeakMap<IncomingMessage, object>();
  readonly #uncached = new WeakSet<IncomingMessage>();

  /**
   * Sets the header again when Apollo Server has computed it: `@cacheControl` hints of the schema know nothing
   * about the guard.
   */
  readonly plugin: ApolloPlugin = {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ contextValue, response }: ApolloOperation) => {
          const request = graphqlRequestOf(contextValue);
          if (request !== null && this.#uncached.has(rawRequestOf(request))) {
            response?.http?.headers.set('cache-control', 'no-store');
          }
          return Promise.resolve();
        },
      }),
  };

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Notes the response of a request: Express' response, or Fastify's reply. */
  note(request: IncomingMessage, response: object): void {
    this.#responses.set(request, response);
  }

  /** Forbids caches to store the response of a request. */
  add(request: IncomingMessage): void {
    if (this.#uncached.has(request)) return;
    this.#uncached.add(request);
    const response = this.#responses.get(request);
    const { httpAdapter } = this.adapterHost;
    if (response === undefined || httpAdapter.isHeadersSent(response)) return;
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }
}
