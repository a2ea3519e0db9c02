import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { joinSockets } from './join-sockets';

/** TCP relay for a name with several addresses: each connection goes to the first reachable port. */
export class Relay {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** @param ports Local ports; a port without a listener is skipped. */
  static async to(ports: readonly number[]): Promise<Relay> {
    const server = createServer({ pauseOnConnect: true });
    const relay = new Relay(server);
    server.on('connection', (client) => {
      relay.#keep(client);
      void relay.#join(client, ports);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  async #join(client: Socket, ports: readonly number[]): Promise<void> {
    for (const port of ports) {
      const target = connect(port, '127.0.0.1');
      this.#keep(target);
      try {
        await once(target, 'connect');
      } catch {
        continue;
      }
      joinSockets(client, target);
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
