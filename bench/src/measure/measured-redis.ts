import type { Redis } from 'ioredis';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { RedisServer } from '../../../tools/redis/redis-server';
import { RedisObserver, type RedisUsage } from './redis-usage';

const READY_TIMEOUT_MS = 10_000;

/** Limit of a command: filling keeps a server busy for longer than a request may wait. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Redis resizes its tables ten times a second. */
const SETTLE_INTERVAL_MS = 120;
const SETTLE_ATTEMPTS = 100;

/** A real server that reports its resource usage, with a client of its own. */
export class MeasuredRedis {
  private readonly observer: RedisObserver;

  private constructor(
    private readonly server: RedisServer,
    /** Client with the library's safe settings, except for its command timeout. */
    readonly client: Redis,
  ) {
    this.observer = new RedisObserver(server.url);
  }

  static async start(): Promise<MeasuredRedis> {
    const server = await RedisServer.start();
    const client = createRedisClient({
      host: '127.0.0.1',
      port: server.port,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: COMMAND_TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    const failure = await whenReady(client, READY_TIMEOUT_MS);
    if (failure === null) return new MeasuredRedis(server, client);
    client.disconnect();
    await server.stop();
    throw failure;
  }

  get url(): string {
    return this.server.url;
  }

  /** Returns the usage so far. */
  usage(): Promise<RedisUsage> {
    return this.observer.usage();
  }

  /** Returns the usage since an earlier reading. */
  since(before: RedisUsage): Promise<RedisUsage> {
    return this.observer.since(before);
  }

  /**
   * Returns the bytes of all keys, hash tables included. It excludes the server's memory at its start and
   * its clients' buffers. It waits until Redis has resized its tables.
   */
  async keyBytes(): Promise<number> {
    let last = NaN;
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt++) {
      const stats = await this.memoryStats();
      const tables = statOf(stats, 'overhead.total') - statOf(stats, 'clients.normal');
      if (tables === last) {
        return (
          statOf(stats, 'total.allocated') -
          statOf(stats, 'startup.allocated') -
          statOf(stats, 'clients.normal')
        );
      }
      last = tables;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_INTERVAL_MS));
    }
    throw new Error(
      `Redis at ${this.url} did not finish resizing its tables within ${SETTLE_ATTEMPTS * SETTLE_INTERVAL_MS} ms`,
    );
  }

  /** Returns the ratio of the resident memory to the allocated memory. */
  async residentRatio(): Promise<number> {
    const info = await this.client.info('memory');
    return numberIn(info, 'used_memory_rss') / numberIn(info, 'used_memory');
  }

  async stop(): Promise<void> {
    this.observer.close();
    this.client.disconnect();
    await this.server.stop();
  }

  private async memoryStats(): Promise<ReadonlyMap<string, unknown>> {
    const flat = await this.client.memory('STATS');
    const stats = new Map<string, unknown>();
    for (let at = 0; at + 1 < flat.length; at += 2) stats.set(String(flat[at]), flat[at + 1]);
    return stats;
  }
}

function numberIn(info: string, field: string): number {
  const value = new RegExp(`^${field}:(.+)$`, 'm').exec(info)?.[1];
  if (value === undefined) throw new Error(`INFO of Redis has no field ${field}`);
  return Number(value);
}

function statOf(stats: ReadonlyMap<string, unknown>, name: string): number {
  const value = stats.get(name);
  if (typeof value !== 'number') throw new Error(`MEMORY STATS of Redis has no field ${name}`);
  return value;
}
