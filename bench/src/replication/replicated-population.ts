import { createRedisClient, whenReady } from 'nest-sessions/redis';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../../tools/redis/redis-server';
import { untilFollowed } from '../../../tools/redis/until-followed';
import { RedisObserver } from '../measure/redis-usage';
import { type Cost, type Operation, Population } from '../scale/population';

const READY_TIMEOUT_MS = 10_000;

/** Few sessions: the cost of replication does not depend on their number. */
const SESSIONS = 1_000;

/** Cost of one operation at a master and at each of its replicas. */
export interface ReplicatedCost extends Cost {
  /** CPU time of one replica, in microseconds; 0 without replicas. */
  readonly replicaCpu: number;
  /** Bytes sent to each replica. */
  readonly bytes: number;
}

/** A Redis with sessions, and its replicas. */
export class ReplicatedPopulation {
  private readonly observers: readonly RedisObserver[];

  private constructor(
    private readonly population: Population,
    private readonly replicas: readonly RedisServer[],
    private readonly master: Redis,
  ) {
    this.observers = replicas.map(({ url }) => new RedisObserver(url));
  }

  static async of(replicaCount: number): Promise<ReplicatedPopulation> {
    const population = await Population.of(SESSIONS, () => undefined);
    const { hostname, port } = new URL(population.url);
    const args = ['--replicaof', hostname, port];
    const replicas = await Promise.all(
      Array.from({ length: replicaCount }, () => RedisServer.start({ args })),
    );
    await untilFollowed(population.url, replicaCount);
    const master = createRedisClient(population.url);
    const failure = await whenReady(master, READY_TIMEOUT_MS);
    if (failure) throw failure;
    return new ReplicatedPopulation(population, replicas, master);
  }

  get replicaCount(): number {
    return this.replicas.length;
  }

  async measure(operation: Operation, times: number): Promise<ReplicatedCost> {
    const offset = await this.offset();
    const before = await Promise.all(this.observers.map((it) => it.usage()));
    const cost = await this.population.measure(operation, times);
    await this.untilCaughtUp();
    const used = await Promise.all(
      this.observers.map(async (it, at) => (before[at] ? (await it.since(before[at])).cpu : 0)),
    );
    return {
      ...cost,
      replicaCpu: used.length === 0 ? 0 : Math.max(...used) / times,
      bytes: this.replicaCount === 0 ? 0 : ((await this.offset()) - offset) / times,
    };
  }

  async stop(): Promise<void> {
    for (const observer of this.observers) observer.close();
    this.master.disconnect();
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.population.stop();
  }

  private async untilCaughtUp(): Promise<void> {
    if (this.replicaCount > 0) await this.master.wait(this.replicaCount, 200);
  }

  /** Returns the bytes written to the replication stream so far. */
  private async offset(): Promise<number> {
    const info = await this.master.info('replication');
    return Number(/^master_repl_offset:(\d+)/m.exec(info)?.[1] ?? NaN);
  }
}
