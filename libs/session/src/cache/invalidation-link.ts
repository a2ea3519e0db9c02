import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { pingRedis } from '../store/ping-redis.js';
import { safeRedisOptions } from '../store/redis-client.js';
import { sessionIdOfKey } from '../store/redis-session.keys.js';

/** Where Redis sends the names of changed keys to a RESP2 connection. */
const INVALIDATE_CHANNEL = '__redis__:invalidate';

/** Hears what Redis tells of the records in it. */
export interface InvalidationListener {
  /** The records of these sessions have changed, or are gone. */
  onChanged(ids: readonly string[]): void;
  /** Any record may have changed. */
  onFlushed(): void;
}

export interface InvalidationLinkOptions {
  readonly listener: InvalidationListener;
  /** What the names of records begin with. */
  readonly prefix: string;
  /** Between two pings, in milliseconds. */
  readonly pingInterval: number;
  /** What must work beside the ping for the server to count as the one to ask. */
  readonly probe: () => Promise<unknown>;
  /** Called whenever {@link InvalidationLink.heardUntil} has moved on. */
  readonly onHeard: () => void;
}

/**
 * A connection of its own on which one Redis server tells of every record that changes, from when it is
 * open until it is lost. It does not come back: another takes its place.
 *
 * Redis calls it client-side caching in broadcasting mode, redirected to the connection itself.
 * https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
export class InvalidationLink {
  /**
   * Everything that had changed before this time (monotonic milliseconds) has been told: it is when the
   * last ping was sent that came back, and Redis answers in order.
   */
  heardUntil = -Infinity;
  /** Resolves when nothing more will be heard. */
  readonly lost: Promise<void>;
  #lose: () => void = () => undefined;
  readonly #connection: Redis;
  /** Why it does not connect: what fails by it says no more than that it is closed. */
  #failure: Error | undefined;

  private constructor(
    private readonly server: Redis,
    private readonly options: InvalidationLinkOptions,
  ) {
    const { connectTimeout, socketTimeout } = safeRedisOptions();
    this.#connection = server.duplicate({
      connectTimeout,
      socketTimeout,
      lazyConnect: true,
      // Of RESP3's pushes ioredis passes on none but messages.
      protocol: 2,
      // Another connection would have to be told anew what to track.
      retryStrategy: null,
      sentinelRetryStrategy: () => null,
      autoResubscribe: false,
      reconnectOnError: null,
      failoverDetector: false,
      // A reply that is late still counts from when its ping was sent.
      commandTimeout: undefined,
      keyPrefix: '',
    });
    // Without a listener the event would end the process.
    this.#connection.on('error', (error) => {
      this.#failure ??= error;
    });
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#connection.once('end', this.close);
    // Whoever reads may be sent elsewhere when that connection comes back.
    server.once('close', this.close);
  }

  /**
   * @param server The connection on which records are read from that server.
   * @throws Error when the server cannot be reached or refuses
   */
  static async open(server: Redis, options: InvalidationLinkOptions): Promise<InvalidationLink> {
    const link = new InvalidationLink(server, options);
    try {
      await link.#open();
      return link;
    } catch (error) {
      link.close();
      throw link.#failure ?? error;
    }
  }

  readonly close = (): void => {
    this.#lose();
    this.server.off('close', this.close);
    this.#connection.off('end', this.close);
    this.#connection.disconnect();
  };

  async #open(): Promise<void> {
    const connection = this.#connection;
    const { prefix, pingInterval } = this.options;
    await connection.connect();
    if ((await runIdOf(connection)) !== (await runIdOf(this.server))) {
      throw new Error('Sessions are read from another server than the one that was connected to');
    }
    const id = String(await connection.call('CLIENT', 'ID'));
    await connection.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', prefix);
    connection.on('messageBuffer', (_channel: Buffer, keys: Buffer[] | null) => {
      this.#hear(keys);
    });
    await connection.subscribe(INVALIDATE_CHANNEL);
    await this.#ping();
    const timer = setInterval(() => {
      // A ping that is lost leaves `heardUntil` where it is.
      this.#ping().catch(() => undefined);
    }, pingInterval);
    timer.unref();
    void this.lost.then(() => {
      clearInterval(timer);
    });
  }

  async #ping(): Promise<void> {
    const sentAt = performance.now();
    await Promise.all([pingRedis(this.#connection), this.options.probe()]);
    this.heardUntil = Math.max(this.heardUntil, sentAt);
    this.options.onHeard();
  }

  /** @param keys The names of the changed keys; `null` when all were deleted at once. */
  #hear(keys: Buffer[] | null): void {
    const { listener, prefix } = this.options;
    if (keys === null) listener.onFlushed();
    else listener.onChanged(keys.map((key) => sessionIdOfKey(key.toString(), prefix)));
  }
}

/** Which process answers on a connection, whatever its address. */
async function runIdOf(connection: Redis): Promise<string | undefined> {
  const info = await connection.info('server');
  return /^run_id:(\S+)/m.exec(info)?.[1];
}
