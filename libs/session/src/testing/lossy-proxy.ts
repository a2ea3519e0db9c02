import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A stretch of network on the way to a server, whose answers can get lost. */
export class LossyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #losing = false;

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1');
      client.on('data', (data) => target.write(data));
      target.on('data', (data) => {
        if (!this.#losing) client.write(data);
      });
      for (const [socket, peer] of [
        [client, target],
        [target, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => peer.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          peer.destroy();
        });
      }
    });
  }

  static async to(targetPort: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on requests arrive and their answers do not. */
  loseReplies(): void {
    this.#losing = true;
  }

  /** Breaks all connections. New ones work in both directions. */
  cut(): void {
    this.#losing = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }
}
