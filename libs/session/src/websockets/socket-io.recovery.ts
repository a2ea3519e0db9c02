import { Injectable } from '@nestjs/common';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { ConnectionAdmission, type Target } from './connection.admission.js';
import { ConnectionOwner } from './connection-owner.js';
import { connectionOf } from './gateway-connection.js';
import { SocketIoConnection } from './socket-io.connection.js';
import type { EngineConnection, IoNamespace, IoServer, IoSocket } from './socket-io.types.js';

/** Separates the key of a state from its owner. */
const OWNED_BY = '~';

/**
 * Guards `connectionStateRecovery`, which restores the rooms, the data and the missed packets of a client. A state
 * belongs to a session: after a logout, the next user of the same page must not receive it.
 */
@Injectable()
export class SocketIoRecovery {
  constructor(
    private readonly owners: ConnectionOwner,
    private readonly admission: ConnectionAdmission,
  ) {}

  /** Whether a server restores states. From this call on, it also checks the clients whose state it restores. */
  isEnabledOn({ opts }: IoServer): boolean {
    const recovery = opts?.connectionStateRecovery;
    if (!recovery) return false;
    recovery.skipMiddlewares = false;
    return true;
  }

  /**
   * Restores only states of the own session.
   *
   * @param targets Requirements of the namespace; `null` if the handshake has checked them.
   * @throws SessionOptionsError when the version of socket.io has no hook
   */
  guard(namespace: IoNamespace, targets: readonly Target[] | null): void {
    const add = namespace._add;
    if (typeof add !== 'function') {
      throw new SessionOptionsError(
        'This version of socket.io gives no control over connectionStateRecovery. Leave the option out of the gateway, or install socket.io 4.6 to 4.8.',
      );
    }
    // The missed packets are sent before any middleware runs, so a foreign key is removed before.
    namespace._add = (client, auth, then) => {
      const isOwn = this.#mayRestore(client.conn, auth.pid, targets);
      return add.call(namespace, client, isOwn ? auth : { ...auth, pid: undefined }, then);
    };
  }

  /** Adds the owner to the key of a socket's state, before the client receives it. */
  mark(socket: IoSocket, connection: SocketIoConnection): void {
    const owner = this.owners.of(connection);
    if (socket.pid === undefined || owner === null) return;
    const suffix = `${OWNED_BY}${owner}`;
    if (!socket.pid.endsWith(suffix)) socket.pid += suffix;
  }

  #mayRestore(engine: EngineConnection, pid: unknown, targets: readonly Target[] | null): boolean {
    const connection = connectionOf(engine);
    if (typeof pid !== 'string' || !(connection instanceof SocketIoConnection)) return false;
    const owner = this.owners.of(connection);
    if (owner === null || !pid.endsWith(`${OWNED_BY}${owner}`)) return false;
    const { session, credentials } = connection;
    if (session === null || targets === null) return true;
    const arrival = { client: engine, request: credentials, isUse: false };
    return this.admission.meets(session, targets, arrival);
  }
}
