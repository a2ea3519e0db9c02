import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** TCP relay to a Redis. `cut()` is an outage as an application sees it. */
export class RedisRelay {
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (socket) => {
      const redis = connect(Number(target.port || 6379), target.hostname);
      for (const [from, to] of [[socket, redis] as const, [redis, socket] as const]) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  static async open(redisUrl: string): Promise<RedisRelay> {
    const relay = new RedisRelay(new URL(redisUrl), createServer());
    await relay.restore();
    return relay;
  }

  /** URL with the user, password and database of the target. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url.href;
  }

  async restore(): Promise<void> {
    this.server.listen(this.#port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async cut(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }
}
