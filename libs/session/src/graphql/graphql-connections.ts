import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionChannels } from '../channels/session-channels.js';
import { describeError } from '../common/describe-error.js';
import { roleRequired, SessionException } from '../errors/session-exception.js';
import { SESSION_GUARD } from '../guard/session-guard.token.js';
import type { SessionGuard } from '../guard/session.guard.js';
import { sessionOf } from '../source/request-session.js';
import { closeCodeOf } from './close-code.js';
import { ConnectionContext } from './connection.context.js';
import { GraphqlConnection, type WebSocketLike } from './graphql-connection.js';
import { GRAPHQL_SETTINGS } from './graphql-settings.token.js';
import type { SessionGraphqlOptions } from './session-graphql.options.js';

const INTERNAL_ERROR = 500;

/** Connections for GraphQL operations, by their upgrade requests. */
@Injectable()
export class GraphqlConnections {
  readonly #logger = new Logger('SessionGraphqlModule');
  readonly #opening = new WeakMap<IncomingMessage, Promise<GraphqlConnection>>();
  readonly #open = new WeakMap<IncomingMessage, GraphqlConnection>();

  constructor(
    @Inject(SESSION_GUARD) private readonly guard: SessionGuard,
    @Inject(GRAPHQL_SETTINGS) private readonly settings: SessionGraphqlOptions,
    private readonly channels: SessionChannels,
  ) {}

  /** Returns the connection that an upgrade request has opened. */
  of(request: IncomingMessage): GraphqlConnection | undefined {
    return this.#open.get(request);
  }

  /**
   * Opens a connection, unless the guard denies it. Repeated calls return the same decision.
   *
   * @throws SessionException 401 without a session; 403 without the service's role and for a page of another
   *   origin with the cookie; 503 when the store does not answer
   */
  open(request: IncomingMessage): Promise<GraphqlConnection> {
    let opening = this.#opening.get(request);
    if (opening === undefined) this.#opening.set(request, (opening = this.#decide(request)));
    return opening;
  }

  /** Opens the connection of a WebSocket, or closes the WebSocket with the reason of the denial. */
  async admit(request: IncomingMessage, webSocket: WebSocketLike): Promise<boolean> {
    try {
      const connection = await this.open(request);
      connection.attach(webSocket);
      return true;
    } catch (error) {
      const isDenial = error instanceof SessionException;
      if (!isDenial) this.report(error);
      const status = isDenial ? error.getStatus() : INTERNAL_ERROR;
      webSocket.close(closeCodeOf(status), isDenial ? error.code : '');
      return false;
    }
  }

  /** Logs an error that is no denial. */
  report(error: unknown): void {
    this.#logger.error(`A connection could not be authorized: ${describeError(error)}`);
  }

  async #decide(request: IncomingMessage): Promise<GraphqlConnection> {
    const { anonymousConnections = false } = this.settings;
    const context = new ConnectionContext(request, anonymousConnections);
    if (!(await this.guard.canActivate(context))) throw roleRequired();
    // Without a method: the origin was checked.
    const credentials = { headers: context.credentials.headers };
    const connection = new GraphqlConnection(credentials, request.socket, this.channels);
    const session = sessionOf(request);
    if (session) connection.hold(session, context);
    this.#open.set(request, connection);
    return connection;
  }
}
