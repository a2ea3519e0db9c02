import { Injectable } from '@nestjs/common';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { Gateway } from './gateway.js';
import { ROOT } from './gateway-directory.js';
import { haveOneNamespace, SocketIoEngineGuard } from './socket-io-engine.guard.js';
import { SocketIoNamespaceGuard } from './socket-io-namespace.guard.js';
import { SocketIoRecovery } from './socket-io.recovery.js';
import type { Engine, IoNamespace, IoServer } from './socket-io.types.js';

/** Guards the servers of `@nestjs/platform-socket.io`. */
@Injectable()
export class SocketIoServerGuard {
  constructor(
    private readonly engines: SocketIoEngineGuard,
    private readonly namespaces: SocketIoNamespaceGuard,
    private readonly recovery: SocketIoRecovery,
  ) {}

  /** @throws SessionOptionsError when the version of socket.io has no hook for the guard */
  guard(server: IoServer, gateways: readonly Gateway[]): void {
    this.engines.guard(engineOf(server), gateways);
    const recovers = this.recovery.isEnabledOn(server);
    const guardNamespace = (namespace: IoNamespace): void => {
      const targets = this.#targetsOf(gateways, namespace.name);
      this.namespaces.guard(namespace, targets);
      if (recovers) this.recovery.guard(namespace, targets);
    };
    guardNamespace(server.of(ROOT));
    // An adapter of the application may have created namespaces.
    for (const namespace of server._nsps?.values() ?? []) {
      if (namespace.name !== ROOT) guardNamespace(namespace);
    }
    server.on('new_namespace', guardNamespace);
  }

  /** Guards the namespaces that a pattern or a function of a gateway creates. */
  guardParent(parent: IoNamespace, gateways: readonly Gateway[], namespace: unknown): void {
    const own = gateways.filter((gateway) => gateway.namespace === namespace);
    this.namespaces.guard(parent, haveOneNamespace(gateways) ? null : own);
  }

  #targetsOf(gateways: readonly Gateway[], name: string): readonly Gateway[] | null {
    const own = gateways.filter(({ namespace }) => namespace === name);
    return own.length === gateways.length ? null : own;
  }
}

function engineOf({ engine, httpServer }: IoServer): Engine {
  if (typeof engine?.use !== 'function' || typeof engine.prependListener !== 'function') {
    throw new SessionOptionsError(
      'SessionWebSocketsModule needs socket.io 4.6 or later, whose handshakes it can refuse. Update socket.io, or remove it from the overrides of package.json.',
    );
  }
  if (httpServer === undefined || typeof engine.clients !== 'object') {
    throw new SessionOptionsError(
      'SessionWebSocketsModule guards socket.io on the HTTP server of Node.js. Attach the server to it in createIOServer() of your adapter.',
    );
  }
  return engine as Engine;
}
