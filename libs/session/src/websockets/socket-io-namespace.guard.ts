import { Injectable } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { attachMessage, attachSession } from '../source/request-session.js';
import { ConnectionAdmission, type Target } from './connection.admission.js';
import { ConnectionContext } from './connection.context.js';
import { attachConnection, connectionOf } from './gateway-connection.js';
import { CLOSED_SERVER } from './server-stand-ins.js';
import { SocketIoConnection } from './socket-io.connection.js';
import { SocketIoRecovery } from './socket-io.recovery.js';
import type { IoNamespace, IoSocket } from './socket-io.types.js';

/** Socket that joins a namespace. */
interface Joining {
  readonly connection: SocketIoConnection;
  /** Requirements of the namespace, in addition to those of the connection. */
  readonly held: [session: Session, context: ConnectionContext][];
}

/** Guards the namespaces of socket.io: a client may join several on one connection. */
@Injectable()
export class SocketIoNamespaceGuard {
  readonly #joining = new WeakMap<IoSocket, Joining>();

  constructor(
    private readonly admission: ConnectionAdmission,
    private readonly recovery: SocketIoRecovery,
  ) {}

  /**
   * Call it before the application adds middlewares and listeners.
   *
   * @param targets Requirements of the namespace; `null` if the handshake has checked them.
   */
  guard(namespace: IoNamespace, targets: readonly Target[] | null): void {
    namespace.use((socket, next) => {
      void this.#admit(socket, targets).then(next);
    });
    namespace.on('connection', (socket) => {
      this.#join(socket);
    });
  }

  /** Returns the error with which socket.io refuses the socket; `undefined` for an admitted socket. */
  async #admit(socket: IoSocket, targets: readonly Target[] | null): Promise<Error | undefined> {
    try {
      const connection = connectionOf(socket.conn);
      if (!(connection instanceof SocketIoConnection)) throw new Error('unknown connection');
      const known = this.#joining.get(socket);
      const joining = known ?? this.#prepare(socket, connection);
      const required = targets?.length === 0 ? this.#requiredOf(connection, known) : targets;
      if (required === null) return undefined;
      const arrival = { client: socket, request: connection.credentials, isUse: false };
      const admitted = await this.admission.toAll(required, arrival);
      if (admitted.session === null) return undefined;
      for (const target of admitted.required) {
        const context = new ConnectionContext(target, socket, connection.credentials);
        joining.held.push([admitted.session, context]);
      }
      return undefined;
    } catch (error) {
      const { reason, error: data } = this.admission.refusalOf(error);
      return Object.assign(new Error(reason), { data });
    }
  }

  #prepare(socket: IoSocket, connection: SocketIoConnection): Joining {
    attachConnection(socket, connection);
    attachMessage(socket, connection.credentials);
    if (connection.session !== null) attachSession(socket, connection.session);
    this.recovery.mark(socket, connection);
    const joining: Joining = { connection, held: [] };
    this.#joining.set(socket, joining);
    return joining;
  }

  /** A namespace without a gateway needs a session, unless its parent has a gateway, which was asked already. */
  #requiredOf(
    connection: SocketIoConnection,
    known: Joining | undefined,
  ): readonly Target[] | null {
    return known !== undefined || connection.session !== null ? null : [CLOSED_SERVER];
  }

  #join(socket: IoSocket): void {
    const joining = this.#joining.get(socket);
    // A dynamic namespace has the listeners of its parent as well.
    if (joining === undefined) return;
    this.#joining.delete(socket);
    const { connection, held } = joining;
    connection.join(socket);
    const ends = held.map(([session, context]) => connection.hold(session, context));
    socket.once('disconnect', () => {
      connection.leave(socket);
      for (const end of ends) end();
    });
  }
}
