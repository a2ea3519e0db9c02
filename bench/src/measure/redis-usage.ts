import { Redis } from 'ioredis';

/** Resource usage of a Redis server since its start. */
export interface RedisUsage {
  /** Commands of clients, without those that read these figures. */
  readonly commands: number;
  /** Socket reads: one per round trip when requests come one at a time. */
  readonly reads: number;
  /** CPU time of the server, user and system, in microseconds. */
  readonly cpu: number;
}

/** Resource usage between two readings. */
export class RedisObserver {
  readonly #client: Redis;

  constructor(url: string) {
    this.#client = new Redis(url);
  }

  async usage(): Promise<RedisUsage> {
    const info = await this.#client.info('all');
    return { commands: commandsIn(info), reads: readsIn(info), cpu: cpuIn(info) };
  }

  /** Returns the usage since `before`. */
  async since(before: RedisUsage): Promise<RedisUsage> {
    const after = await this.usage();
    return {
      commands: after.commands - before.commands,
      // The reading itself was one socket read.
      reads: after.reads - before.reads - 1,
      cpu: after.cpu - before.cpu,
    };
  }

  close(): void {
    this.#client.disconnect();
  }
}

function commandsIn(info: string): number {
  let commands = 0;
  for (const [, name, calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (name !== 'info') commands += Number(calls);
  }
  return commands;
}

function readsIn(info: string): number {
  return Number(/^total_reads_processed:(\d+)/m.exec(info)?.[1]);
}

function cpuIn(info: string): number {
  const seconds = [...info.matchAll(/^used_cpu_(?:user|sys):([\d.]+)/gm)].map(([, it]) =>
    Number(it),
  );
  return seconds.reduce((sum, it) => sum + it, 0) * 1e6;
}
