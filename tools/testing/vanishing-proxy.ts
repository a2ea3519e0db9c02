import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A network path to a server that can vanish without a FIN: a cable is pulled, or a phone leaves the network.
 * Neither end learns of it. The operating system still acknowledges what the server sends, as long as its buffers
 * have room.
 */
export class VanishingProxy {
  readonly #sockets = new Set<Socket>();
  #hasVanished = false;

  private constructor(private readonly server: Server) {}

  static async to(targetPort: number): Promise<VanishingProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new VanishingProxy(server);
    server.on('connection', (client) => {
      proxy.#join(client, connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on, nothing passes in either direction, and no end of a connection either. */
  vanish(): void {
    this.#hasVanished = true;
    for (const socket of this.#sockets) socket.pause();
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  #join(client: Socket, target: Socket): void {
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (data) => {
        to.write(data);
      });
      from.on('end', () => {
        if (!this.#hasVanished) to.end();
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        if (!this.#hasVanished) to.destroy();
      });
    }
  }
}
