import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Fate of a request: it arrives and is answered, the request is lost, or its answer is lost. */
export type Fate = 'passes' | 'request lost' | 'answer lost';

/**
 * A network path to a server that breaks at chosen requests. A request is one chunk of data that the client
 * sends.
 */
export class CutProxy {
  readonly #sockets = new Set<Socket>();
  /** @returns the fate of this request */
  decide: (request: Buffer) => Fate = () => 'passes';

  private constructor(private readonly server: Server) {}

  static async to(targetPort: number): Promise<CutProxy> {
    const server = createServer();
    const proxy = new CutProxy(server);
    server.on('connection', (client) => {
      proxy.#join(client, connect(targetPort, '127.0.0.1'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  #join(client: Socket, target: Socket): void {
    const cut = () => {
      client.destroy();
      target.destroy();
    };
    let isAnswerLost = false;
    client.on('data', (request) => {
      const fate = this.decide(request);
      if (fate === 'request lost') {
        cut();
        return;
      }
      isAnswerLost ||= fate === 'answer lost';
      target.write(request);
    });
    target.on('data', (answer) => {
      if (isAnswerLost) cut();
      else client.write(answer);
    });
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
  }
}
