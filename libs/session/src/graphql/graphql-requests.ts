import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { graphqlRequestOf } from '../source/graphql-field.js';
import type { TokenRequest } from '../token/token-headers.js';
import { GRAPHQL_SETTINGS } from './graphql-settings.token.js';
import type { SessionGraphqlOptions } from './session-graphql.options.js';

/** Request of Node.js or Express, or Fastify's request around it. */
export type GraphqlRequest = TokenRequest & { readonly raw?: IncomingMessage };

const NOT_FOUND =
  'No HTTP request was found in the context of a GraphQL operation, so it counts as anonymous. Return the ' +
  "request as 'req' from the context function of GraphQLModule, or import " +
  'SessionGraphqlModule.forRoot({ requestOf: (context) => … }).';

/** Finds the HTTP requests of GraphQL operations. */
@Injectable()
export class GraphqlRequests {
  readonly #logger = new Logger('SessionGraphqlModule');
  #isReported = false;

  constructor(@Inject(GRAPHQL_SETTINGS) private readonly settings: SessionGraphqlOptions) {}

  /** Returns the request of an operation, or the upgrade request of its connection; `null` if none is found. */
  of(context: unknown): GraphqlRequest | null {
    const found = this.settings.requestOf?.(context) ?? graphqlRequestOf(context);
    if (found !== null) return found as GraphqlRequest;
    if (!this.#isReported) this.#logger.error(NOT_FOUND);
    this.#isReported = true;
    return null;
  }
}

/** Returns the request of Node.js, which is the same for all layers of an application. */
export function rawRequestOf(request: object): IncomingMessage {
  const { raw } = request as { readonly raw?: IncomingMessage };
  return raw ?? (request as IncomingMessage);
}
