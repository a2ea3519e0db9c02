import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { SessionChannels } from '../channels/session-channels.js';
import { sessionRequired } from '../errors/session-exception.js';
import { Denials } from '../guard/denials.js';
import { answerUpgrade, isUpgrade } from './answer-upgrade.js';
import { type Admitted, ConnectionAdmission } from './connection.admission.js';
import { ConnectionContext } from './connection.context.js';
import { ConnectionOwner } from './connection-owner.js';
import type { Gateway } from './gateway.js';
import { attachConnection, connectionOf } from './gateway-connection.js';
import { GatewayMessages } from './gateway-messages.js';
import { Handshake } from './handshake.js';
import { CLOSED_SERVER } from './server-stand-ins.js';
import { SocketIoConnection } from './socket-io.connection.js';
import type { Engine, EngineConnection, EngineRequest, EngineResponse } from './socket-io.types.js';

interface AdmittedHandshake extends Admitted {
  readonly handshake: Handshake;
}

/** Guards the requests of Engine.IO, on which socket.io builds: handshakes, upgrades and long polling. */
@Injectable()
export class SocketIoEngineGuard {
  readonly #admitted = new WeakMap<IncomingMessage, AdmittedHandshake>();

  constructor(
    private readonly admission: ConnectionAdmission,
    private readonly owners: ConnectionOwner,
    private readonly denials: Denials,
    private readonly channels: SessionChannels,
    private readonly messages: GatewayMessages,
  ) {}

  guard(engine: Engine, gateways: readonly Gateway[]): void {
    engine.use((request, response, next) => {
      void this.#handle(engine, gateways, request, response, next);
    });
    // Before socket.io, which may send the first packets at once.
    engine.prependListener('connection', (connection) => {
      this.#connect(connection);
    });
  }

  async #handle(
    engine: Engine,
    gateways: readonly Gateway[],
    request: EngineRequest,
    response: EngineResponse,
    next: () => void,
  ): Promise<void> {
    const { socket } = request;
    // Node.js hands the socket of an upgrade over without a listener: an error would end the process.
    if (isUpgrade(response)) socket.on('error', ignore);
    try {
      const sid = request._query?.sid;
      if (sid) await this.#checkOwner(engine, sid, request);
      else await this.#admit(gateways, request);
    } catch (error) {
      answerUpgrade(response, socket, this.admission.refusalOf(error));
      return;
    }
    socket.off('error', ignore);
    next();
  }

  async #admit(gateways: readonly Gateway[], request: EngineRequest): Promise<void> {
    const handshake = new Handshake(request);
    const admitted = haveOneNamespace(gateways)
      ? await this.admission.toAll(gateways, this.admission.arrivalOf(handshake))
      : await this.admission.toAny(gateways, handshake);
    this.#admitted.set(request, { ...admitted, handshake });
  }

  /** Rejects a request on the connection of another session: the id of a connection proves nothing. */
  async #checkOwner({ clients }: Engine, sid: string, request: EngineRequest): Promise<void> {
    // Engine.IO answers an unknown id.
    if (!Object.hasOwn(clients, sid)) return;
    const connection = clients[sid] && connectionOf(clients[sid]);
    const handshake = new Handshake(request);
    try {
      const isOwn =
        connection instanceof SocketIoConnection && (await this.owners.sent(handshake, connection));
      if (!isOwn) throw sessionRequired();
    } catch (error) {
      const context = new ConnectionContext(CLOSED_SERVER, handshake, handshake);
      throw this.denials.toThrow(error, context);
    }
  }

  #connect(engine: EngineConnection): void {
    const admitted = this.#admitted.get(engine.request);
    if (admitted === undefined) {
      engine.close(true);
      return;
    }
    this.#admitted.delete(engine.request);
    const { session, required } = admitted;
    const credentials = admitted.handshake.credentials();
    const connection = new SocketIoConnection(
      this.channels,
      this.messages,
      credentials,
      session,
      engine,
    );
    attachConnection(engine, connection);
    if (session === null) return;
    engine.once('close', () => {
      connection.release();
    });
    connection.bind(
      session,
      required.map((target) => new ConnectionContext(target, engine, credentials)),
    );
  }
}

/** Whether every gateway of a server receives each of its connections. */
export function haveOneNamespace(gateways: readonly Gateway[]): boolean {
  return gateways.every(({ namespace }) => namespace === gateways[0]?.namespace);
}

function ignore(): void {
  // Engine.IO closes the socket.
}
