import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { pingRedis } from '../store/ping-redis.js';
import { safeRedisOptions } from '../store/redis-client.js';
import type { RedisFailures } from '../store/redis-failures.js';
import { sessionIdOfKey } from '../store/redis-session.keys.js';

/** Channel on which Redis sends the names of changed keys to a RESP2 connection. */
const INVALIDATE_CHANNEL = '__redis__:invalidate';

/** Receives the invalidations that Redis sends for its records. */
export interface InvalidationListener {
  /** The records of these sessions have changed or are gone. */
  onChanged(ids: readonly string[]): void;
  /** Any record may have changed. */
  onFlushed(): void;
}

export interface InvalidationLinkOptions {
  readonly listener: InvalidationListener;
  /** Prefix of the records' key names. */
  readonly prefix: string;
  /** Time between two pings, in milliseconds. */
  readonly pingInterval: number;
  /** Check that must succeed in addition to the ping for the server to count as current. */
  readonly probe: () => Promise<unknown>;
  /** Failures of the client that reads the records: the link's own are among them. */
  readonly failures: RedisFailures;
  /** Called whenever {@link InvalidationLink.heardUntil} has advanced. */
  readonly onHeard: () => void;
}

/**
 * Dedicated connection on which one Redis server sends an invalidation for every changed record, while the
 * connection is open. A lost link is not reopened: a new link replaces it.
 *
 * The link uses client-side caching in broadcasting mode, redirected to the connection itself.
 * https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
export class InvalidationLink {
  /**
   * Every change before this time (monotonic milliseconds) has been received. It is the time at which the
   * last answered ping was sent: Redis answers in order.
   */
  heardUntil = -Infinity;
  /** Resolves when no more invalidations will arrive. */
  readonly lost: Promise<void>;
  #lose: () => void = () => undefined;
  readonly #connection: Redis;
  /** Ends the observation of the connection's failures. */
  readonly #release: () => void;
  /** Why the connection failed: a command that fails with it only reports that it is closed. */
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
      // Of the RESP3 pushes, ioredis passes on only messages.
      protocol: 2,
      // A new connection would have to enable tracking again.
      retryStrategy: null,
      sentinelRetryStrategy: () => null,
      autoResubscribe: false,
      reconnectOnError: null,
      failoverDetector: false,
      // A late reply still counts, from the time at which its ping was sent.
      commandTimeout: undefined,
      keyPrefix: '',
    });
    // Without a listener, an 'error' event would end the process.
    this.#connection.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#release = options.failures.include(this.#connection);
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#connection.once('end', this.close);
    // After a reconnect, reads on that connection may go to another server.
    server.once('close', this.close);
  }

  /**
   * @param server Connection on which records are read from the server.
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
    // Closing the connection fails a ping that waits on it.
    this.#release();
    this.server.off('close', this.close);
    this.#connection.off('end', this.close);
    this.#connection.disconnect();
  };

  async #open(): Promise<void> {
    const connection = this.#connection;
    const { prefix, pingInterval } = this.options;
    await connection.connect();
    if ((await runIdOf(connection)) !== (await runIdOf(this.server))) {
      throw new Error('invalidations and sessions come from different servers');
    }
    const id = String(await connection.call('CLIENT', 'ID'));
    await connection.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', prefix);
    connection.on('messageBuffer', (_channel: Buffer, keys: Buffer[] | null) => {
      this.#hear(keys);
    });
    await connection.subscribe(INVALIDATE_CHANNEL);
    await this.#ping();
    const timer = setInterval(() => {
      // A lost ping leaves `heardUntil` unchanged.
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

  /** @param keys Names of the changed keys; `null` when all keys were deleted at once. */
  #hear(keys: Buffer[] | null): void {
    const { listener, prefix } = this.options;
    if (keys === null) listener.onFlushed();
    else listener.onChanged(keys.map((key) => sessionIdOfKey(key.toString(), prefix)));
  }
}

/** Returns the id of the Redis process that answers on a connection, whatever its address. */
async function runIdOf(connection: Redis): Promise<string | undefined> {
  const info = await connection.info('server');
  return /^run_id:(\S+)/m.exec(info)?.[1];
}
