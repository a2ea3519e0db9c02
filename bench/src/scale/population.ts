import { createRedisClient, RedisSessionStore } from 'nest-sessions/redis';
import { createSessionManager, type SessionManager } from 'nest-sessions/issuer';
import type { Redis } from 'ioredis';
import { inFlight } from '../measure/in-flight';
import { MeasuredRedis } from '../measure/measured-redis';
import { checkLayout } from './check-layout';
import { type BytesByKind, fill, KINDS } from './fill';
import { IDLE_TIMEOUT_MS, sampleId, sampleNewSession } from './sample-sessions';

/** Cost of one operation; CPU in microseconds. */
export interface Cost {
  readonly redisCpu: number;
  readonly nodeCpu: number;
  readonly commands: number;
}

export const OPERATIONS = [
  'read',
  'read, clock due',
  'read alone',
  'read alone, of many',
  'read alone, of many, clock due',
  'sign-in',
  'sign-out',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Operations in flight. */
const AT_ONCE = 32;

/**
 * Sessions that are read to compare populations: the same number in each, so that only the total differs.
 * They fit into the CPU caches.
 */
const FEW = 960;

/** Sessions that are read to exceed the CPU caches. A smaller population is read as a whole. */
const MANY = 9_600;

/** A Redis with sessions, used through the library as a service and the issuing app would. */
export class Population {
  private readonly fresh: RedisSessionStore;
  /** Never considers an idle timeout fresh: it renews the timeout with each read. */
  private readonly due: RedisSessionStore;
  private readonly alone: readonly RedisSessionStore[];
  private readonly aloneDue: readonly RedisSessionStore[];
  private readonly manager: SessionManager;
  /** Sample of the whole population, in random order. */
  private readonly few: readonly string[];
  private readonly many: readonly string[];
  private signedIn: string[] = [];
  private nextNewcomer: number;

  private constructor(
    readonly count: number,
    readonly bytes: BytesByKind,
    private readonly redis: MeasuredRedis,
    private readonly connections: readonly Redis[],
  ) {
    this.fresh = new RedisSessionStore(redis.client, IDLE_TIMEOUT_MS);
    this.due = new RedisSessionStore(redis.client, 0);
    this.alone = connections.map((client) => new RedisSessionStore(client, IDLE_TIMEOUT_MS));
    this.aloneDue = connections.map((client) => new RedisSessionStore(client, 0));
    this.manager = createSessionManager(redis.client);
    this.few = spread(count, FEW);
    this.many = spread(count, MANY);
    this.nextNewcomer = count;
  }

  static async of(count: number, log: (line: string) => void): Promise<Population> {
    const redis = await MeasuredRedis.start();
    try {
      const bytes = await fill(redis, count, log);
      await checkLayout(redis);
      const connections = Array.from({ length: AT_ONCE }, () => createRedisClient(redis.url));
      return new Population(count, bytes, redis, connections);
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** Bytes of all sessions in Redis. */
  get keyBytes(): number {
    return this.count * KINDS.reduce((sum, kind) => sum + this.bytes[kind], 0);
  }

  /** Returns the ratio of the server's resident memory to its allocated memory. */
  residentRatio(): Promise<number> {
    return this.redis.residentRatio();
  }

  get url(): string {
    return this.redis.url;
  }

  /**
   * Repeats an operation and returns the cost of one. Sign-outs end the sessions of the sign-ins before
   * them, so that the size of the population stays the same.
   */
  async measure(operation: Operation, times: number): Promise<Cost> {
    switch (operation) {
      case 'read':
        await this.readTimes(this.fresh, FEW);
        return this.costOf(times, () => this.readTimes(this.fresh, times));
      case 'read, clock due':
        return this.costOf(times, () => this.readTimes(this.due, times));
      case 'read alone':
        return this.readAlone(this.alone, this.few, times);
      case 'read alone, of many':
        return this.readAlone(this.alone, this.many, times);
      case 'read alone, of many, clock due':
        return this.readAlone(this.aloneDue, this.many, times);
      case 'sign-in':
        return this.signIn(times);
      case 'sign-out':
        return this.signOut();
    }
  }

  async stop(): Promise<void> {
    for (const client of this.connections) client.disconnect();
    await this.redis.stop();
  }

  private readTimes(store: RedisSessionStore, times: number): Promise<void> {
    return inFlight(repeated(this.few, times), AT_ONCE, (id) => this.read(store, id));
  }

  /** Does the guard's work for an authorized request. */
  private async read(store: RedisSessionStore, id: string): Promise<void> {
    const session = await store.find(id);
    if (session?.id !== id)
      throw new Error(`Redis does not hold a live session among ${this.count}`);
    await store.touch(session);
  }

  /** Uses connections that carry one request at a time, so that no two commands share a round trip. */
  private async readAlone(
    stores: readonly RedisSessionStore[],
    ids: readonly string[],
    times: number,
  ): Promise<Cost> {
    const each = Math.ceil(times / stores.length);
    const own = Math.floor(ids.length / stores.length);
    const turns = stores.map((store, at) => ({ store, ids: ids.slice(at * own, (at + 1) * own) }));
    const readInTurn = ({ store, ids }: (typeof turns)[number], count: number) =>
      inFlight(repeated(ids, count), 1, (id) => this.read(store, id));
    // A renewed idle timeout stays fresh for a minute: read once to renew it before the measurement.
    if (stores === this.alone) await Promise.all(turns.map((turn) => readInTurn(turn, own)));
    return this.costOf(each * turns.length, () =>
      Promise.all(turns.map((turn) => readInTurn(turn, each))),
    );
  }

  private async signIn(times: number): Promise<Cost> {
    const newcomers = Array.from({ length: times }, () => sampleNewSession(this.nextNewcomer++));
    return this.costOf(times, () =>
      inFlight(newcomers, AT_ONCE, async (from) => {
        const { session } = await this.manager.create(from);
        this.signedIn.push(session.id);
      }),
    );
  }

  private async signOut(): Promise<Cost> {
    const ids = this.signedIn;
    this.signedIn = [];
    return this.costOf(ids.length, () =>
      inFlight(ids, AT_ONCE, async (id) => {
        const ended = await this.manager.revoke(id);
        if (ended === null) throw new Error('A session ended before its sign-out');
      }),
    );
  }

  private async costOf(times: number, run: () => Promise<unknown>): Promise<Cost> {
    const redisBefore = await this.redis.usage();
    const nodeBefore = process.cpuUsage();
    await run();
    const node = process.cpuUsage(nodeBefore);
    const redis = await this.redis.since(redisBefore);
    return {
      redisCpu: redis.cpu / times,
      nodeCpu: (node.user + node.system) / times,
      commands: redis.commands / times,
    };
  }
}

function repeated<T>(items: readonly T[], times: number): T[] {
  return Array.from({ length: times }, (_, at) => items[at % items.length] as T);
}

/** Returns the ids of a sample of sessions from the whole population. */
function spread(count: number, most: number): string[] {
  const chosen = Math.min(count, most);
  const numbers = Array.from({ length: chosen }, (_, at) => Math.floor((at * count) / chosen));
  return shuffled(numbers.map(sampleId));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
