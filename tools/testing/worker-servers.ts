import { Redis } from 'ioredis';
import { RedisServer } from '../redis/redis-server';

/**
 * Servers that the test files of one Jest worker share. The first file that needs a server starts it, and it
 * ends with the worker's process. A Jest environment keeps them, because a file's own modules end with the
 * file.
 */
export class WorkerServers {
  #redis: Promise<RedisServer> | undefined;
  #postgres: Promise<string> | undefined;

  /** @param startPostgres Starts a PostgreSQL that ends with this process, and returns its URL. */
  constructor(private readonly startPostgres: () => Promise<string>) {}

  /** Returns the worker's Redis. A test that stops, freezes or configures a Redis starts its own server. */
  redis(): Promise<RedisServer> {
    this.#redis ??= RedisServer.start();
    return this.#redis;
  }

  /** Returns the URL of the worker's PostgreSQL. A file empties the database before its first test. */
  postgres(): Promise<string> {
    this.#postgres ??= this.startPostgres();
    return this.#postgres;
  }

  /** Removes what the previous file left: keys, scripts, clients and statistics of Redis. */
  async reset(): Promise<void> {
    if (this.#redis === undefined) return;
    const client = new Redis((await this.#redis).url, { lazyConnect: true });
    try {
      await client.connect();
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await client.flushall();
      await client.script('FLUSH');
      await client.config('RESETSTAT');
    } finally {
      client.disconnect();
    }
  }
}

declare global {
  var workerServers: WorkerServers | undefined;
}

/** Returns the worker's servers, for a test file whose Jest project has them. */
export function workerServers(): WorkerServers {
  const servers = globalThis.workerServers;
  if (servers === undefined) {
    throw new Error('Unit tests start no server: name the file *.int-spec.ts.');
  }
  return servers;
}
