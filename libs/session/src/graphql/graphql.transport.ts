import { type ArgumentsHost, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { CHANNEL_LIMITS } from '../channels/channel-limits.token.js';
import type { ChannelLimits } from '../channels/channel.options.js';
import type { SessionException } from '../errors/session-exception.js';
import {
  type FindSession,
  type SessionTransport,
  SessionTransports,
} from '../guard/session-transports.js';
import { decideOn, type GraphqlField, graphqlFieldOf } from '../source/graphql-field.js';
import { attachMessage } from '../source/request-session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { ConnectionContext } from './connection.context.js';
import { GraphqlConnections } from './graphql-connections.js';
import { graphqlDenial } from './graphql-denial.js';
import { GraphqlRequests, rawRequestOf } from './graphql-requests.js';
import { OperationLookups } from './operation-lookups.js';
import { UncachedResponses } from './uncached-responses.js';

/** Credentials and denials of GraphQL operations, and of the connections of subscriptions. */
@Injectable()
export class GraphqlTransport implements SessionTransport {
  readonly #lookups = new OperationLookups();

  constructor(
    transports: SessionTransports,
    private readonly requests: GraphqlRequests,
    private readonly connections: GraphqlConnections,
    private readonly responses: UncachedResponses,
    @Inject(CHANNEL_LIMITS) private readonly limits: ChannelLimits,
  ) {
    transports.add('graphql', this);
  }

  /** Over HTTP, the request, with its method. On a connection, its upgrade request, whose origin was checked. */
  credentialsOf(context: ExecutionContext): TokenRequest | null {
    if (context instanceof ConnectionContext) return context.credentials;
    const field = graphqlFieldOf(context.getArgs());
    const credentials = this.#credentialsOf(field);
    if (field.info !== null) {
      decideOn(field.info);
      if (credentials !== null) attachMessage(field.info, credentials);
    }
    return credentials;
  }

  share(context: ExecutionContext, isFresh: boolean, find: FindSession): ReturnType<FindSession> {
    if (context instanceof ConnectionContext) return find();
    return this.#lookups.find(graphqlFieldOf(context.getArgs()).info, isFresh, find);
  }

  forbidCaching(context: ExecutionContext): void {
    if (context instanceof ConnectionContext) return;
    const request = this.requests.of(graphqlFieldOf(context.getArgs()).context);
    if (request !== null) this.responses.add(rawRequestOf(request));
  }

  /** An operation is one use. The events of a subscription do not count: the user does nothing. */
  isUse(context: ExecutionContext): boolean {
    if (context instanceof ConnectionContext) return true;
    const field = graphqlFieldOf(context.getArgs());
    if (this.#connectionOf(field) !== undefined) {
      if (this.limits.renewedBy === 'opening' || isEvent(field)) return false;
    }
    return this.#lookups.isFirstUse(field.info);
  }

  /** The refusal of a connection is no GraphQL error: nothing is executed. */
  exceptionOf(denial: SessionException, host: ArgumentsHost): Error {
    return host instanceof ConnectionContext ? denial : graphqlDenial(denial);
  }

  /** A resolver that returns an error has failed, for graphql-js. */
  answerOf(denial: SessionException): Error {
    return graphqlDenial(denial);
  }

  #credentialsOf({ context }: GraphqlField): TokenRequest | null {
    const request = this.requests.of(context);
    if (request === null) return null;
    const raw = rawRequestOf(request);
    const connection = this.connections.of(raw);
    if (connection !== undefined) return connection.credentials;
    // A connection that no hook has authorized: nothing is known about its origin.
    return isWebSocket(raw.headers.upgrade) ? null : request;
  }

  #connectionOf({ context }: GraphqlField) {
    const request = this.requests.of(context);
    return request === null ? undefined : this.connections.of(rawRequestOf(request));
  }
}

/** Whether a field belongs to an event of a subscription, and not to its start. */
function isEvent({ info }: GraphqlField): boolean {
  return info?.operation?.operation === 'subscription' && info.path?.prev !== undefined;
}

/** Some clients ask for other upgrades with each request, such as `h2c`. */
function isWebSocket(upgrade = ''): boolean {
  return /websocket/i.test(upgrade);
}
