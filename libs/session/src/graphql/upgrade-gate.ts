import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { SessionException } from '../errors/session-exception.js';
import type { GraphqlConnections } from './graphql-connections.js';
import { failUpgrade, refuseUpgrade } from './upgrade-refusal.js';

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const ignore = (): void => undefined;

/**
 * Authorizes connections before their WebSocket is opened, so that clients receive the HTTP status of a denial.
 * Drivers offer no hook for that: the gate stands before the listeners that they add to the HTTP server. A
 * connection that goes around the gate is authorized when it sends `connection_init`.
 */
export class UpgradeGate {
  constructor(
    private readonly connections: GraphqlConnections,
    /** Path of the driver's endpoint. */
    private readonly path: string,
  ) {}

  /** Runs the start of a driver, and stands before the listeners that it adds. */
  async before(server: Server, start: () => Promise<unknown>): Promise<unknown> {
    const others = new Set(server.listeners('upgrade'));
    const started = await start();
    for (const listener of server.listeners('upgrade') as Upgrade[]) {
      if (others.has(listener)) continue;
      server.removeListener('upgrade', listener);
      // With `listener`, as of `once()`, the driver can still remove its own function.
      server.on('upgrade', Object.assign(this.#gated(listener), { listener }));
    }
    return started;
  }

  #gated(listener: Upgrade): Upgrade {
    return (request, socket, head) => {
      if (!this.#isOurs(request.url ?? '')) {
        listener(request, socket, head);
        return;
      }
      // Node.js has removed its own listener: an unhandled error would end the process.
      socket.on('error', ignore);
      void this.#pass(request, socket, () => {
        socket.removeListener('error', ignore);
        listener(request, socket, head);
      });
    };
  }

  async #pass(request: IncomingMessage, socket: Duplex, pass: () => void): Promise<void> {
    try {
      await this.connections.open(request);
    } catch (error) {
      if (error instanceof SessionException) {
        refuseUpgrade(socket, error);
      } else {
        this.connections.report(error);
        failUpgrade(socket);
      }
      return;
    }
    if (!socket.destroyed) pass();
  }

  /** Compares exactly, as `ws` does. Other paths belong to other servers. */
  #isOurs(url: string): boolean {
    return url.split('?', 1)[0] === this.path;
  }
}
