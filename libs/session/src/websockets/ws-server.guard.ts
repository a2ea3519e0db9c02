import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SessionChannels } from '../channels/session-channels.js';
import { describeError } from '../common/describe-error.js';
import { attachMessage, attachSession } from '../source/request-session.js';
import { type Admitted, ConnectionAdmission } from './connection.admission.js';
import { ConnectionContext } from './connection.context.js';
import type { Gateway } from './gateway.js';
import { attachConnection } from './gateway-connection.js';
import { GatewayMessages } from './gateway-messages.js';
import { Handshake } from './handshake.js';
import { WEB_SOCKETS_SETTINGS } from './websockets-settings.token.js';
import type { WebSocketsSettings } from './websockets.options.js';
import { WsConnection } from './ws.connection.js';
import type { VerifyCallback, VerifyInfo, WsClient, WsServer } from './ws.types.js';

interface AdmittedHandshake extends Admitted {
  readonly handshake: Handshake;
}

/** Guards the servers of `@nestjs/platform-ws`. Every gateway of a server receives each of its connections. */
@Injectable()
export class WsServerGuard {
  readonly #logger = new Logger('SessionWebSocketsModule');
  readonly #admitted = new WeakMap<IncomingMessage, AdmittedHandshake>();

  constructor(
    private readonly admission: ConnectionAdmission,
    private readonly channels: SessionChannels,
    private readonly messages: GatewayMessages,
    @Inject(WEB_SOCKETS_SETTINGS) private readonly settings: WebSocketsSettings,
  ) {}

  /** Refuses handshakes before their upgrade. Call it before Nest listens for connections. */
  guard(server: WsServer, gateways: readonly Gateway[]): void {
    const { options } = server;
    const own = options.verifyClient ?? null;
    // Two parameters: `ws` then waits for the callback.
    options.verifyClient = (info: VerifyInfo, callback: VerifyCallback): void => {
      void this.#verify(info.req, gateways, callback, () => {
        if (own === null) callback(true);
        else if (own.length === 2) own.call(options, info, callback);
        else callback(Boolean(own.call(options, info, callback)));
      });
    };
    server.on('connection', (client, request) => {
      this.#connect(client, request);
    });
  }

  async #verify(
    request: IncomingMessage,
    gateways: readonly Gateway[],
    refuse: VerifyCallback,
    accept: () => void,
  ): Promise<void> {
    try {
      const handshake = new Handshake(request);
      try {
        const admitted = await this.admission.toAll(gateways, this.admission.arrivalOf(handshake));
        this.#admitted.set(request, { ...admitted, handshake });
      } catch (error) {
        const { status, body, headers } = this.admission.refusalOf(error);
        refuse(false, status, body, headers);
        return;
      }
      accept();
    } catch (error) {
      // The promise is not awaited: an error of the application's `verifyClient` must not end the process.
      this.#logger.error(`A handshake failed: ${describeError(error)}`);
      request.socket.destroy();
    }
  }

  #connect(client: WsClient, request: IncomingMessage): void {
    const admitted = this.#admitted.get(request);
    if (admitted === undefined) {
      client.terminate();
      return;
    }
    this.#admitted.delete(request);
    const { session, required } = admitted;
    const credentials = admitted.handshake.credentials();
    const connection = new WsConnection(
      this.channels,
      this.messages,
      credentials,
      session,
      client,
      this.settings,
    );
    attachConnection(client, connection);
    attachMessage(client, credentials);
    if (session === null) return;
    attachSession(client, session);
    client.once('close', () => {
      connection.release();
    });
    connection.bind(
      session,
      required.map((target) => new ConnectionContext(target, client, credentials)),
    );
  }
}
