import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { NearCachedSessionStore } from '../cache/near-cached-session.store.js';
import type { Session } from '../session/session.js';
import { NearCacheCounters } from '../store/near-cache.counters.js';
import { createRedisClient } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store.js';
import { RedisSessionStore } from '../store/redis-session.store.js';

/** For how long it is looked whether an ended session is served, in milliseconds. */
const WATCHED = 1_500;

export interface NearCachedOptions {
  /** Milliseconds. */
  readonly maxStaleness?: number;
  readonly maxEntries?: number;
  /** @default a store that slides each session at most once a minute */
  readonly source?: RedisSessionStore;
}

/** A near-cache as a service has one, and what can be seen of it from outside. */
export class NearCached {
  readonly counters = new NearCacheCounters();
  readonly store: NearCachedSessionStore;

  constructor(
    client: Redis | Cluster,
    { maxStaleness = 1_000, maxEntries = 100, source }: NearCachedOptions = {},
  ) {
    const from = source ?? new RedisSessionStore(client, 60_000);
    const limits = { maxStaleness, maxEntries };
    this.store = new NearCachedSessionStore(client, from, limits, this.counters);
  }

  /** What is served from memory now; a session that is not is read for the next time. */
  inMemory(id: string): Session | null {
    const found = this.store.find(id);
    if (!(found instanceof Promise)) return found;
    // The store may be away: who asks here wants to know of the memory alone.
    found.catch(() => undefined);
    return null;
  }

  async untilUp(): Promise<void> {
    await eventually(() => this.counters.isLinkUp);
  }

  /** Has a session read, and waits until it is served from memory. */
  async remember({ id }: Session): Promise<void> {
    await eventually(async () => {
      await Promise.resolve(this.store.find(id)).catch(() => undefined);
      return this.inMemory(id) !== null;
    });
  }

  /** Does something of which Redis tells, and waits until it has. */
  async hearing<T>(act: () => Promise<T>): Promise<T> {
    const { invalidations } = this.counters;
    const result = await act();
    await eventually(() => this.counters.invalidations > invalidations);
    return result;
  }

  /** Finds a session, and tells of its use, as the guard does for a request that it lets in. */
  async serve({ id }: Session): Promise<Session | null> {
    const session = await this.store.find(id);
    if (session) await this.store.touch(session);
    return session;
  }

  /**
   * Has a new session stored elsewhere, as soon as that works, and remembers it.
   *
   * @param limit How long that may take, in milliseconds.
   */
  async rememberNew(session: Session, elsewhere: Redis | Cluster, limit?: number): Promise<void> {
    const issuer = new RedisIssuerSessionStore(elsewhere);
    const insert = () =>
      issuer.insert(session).then(
        () => true,
        () => false,
      );
    await this.untilUp();
    // Of its making Redis tells as well, which is not to be taken for what comes after.
    await this.hearing(() => eventually(insert, limit));
    await this.remember(session);
  }

  /**
   * When a session was served from memory though it should not have been, in milliseconds since then.
   *
   * @param since When it ended; monotonic milliseconds.
   * @param allowed For how long after that it may be served.
   */
  async lateHits({ id }: Session, since: number, allowed: number): Promise<number[]> {
    const late: number[] = [];
    while (performance.now() < since + WATCHED) {
      const at = performance.now();
      const isLate = this.inMemory(id) !== null && at > since + allowed;
      // A few of them say as much as all.
      if (isLate && late.length < 3) late.push(at - since);
      await delay(1);
    }
    return late;
  }

  close(): void {
    this.store.onApplicationShutdown();
  }
}

/** A store that reads from Redis, and hands on what it has read when it is told to. */
export class HeldStore extends RedisSessionStore {
  #gate: Promise<void> | null = null;
  #onRead: () => void = () => undefined;

  override async find(id: string): Promise<Session | null> {
    const gate = this.#gate;
    const session = await super.find(id);
    if (gate !== null) {
      this.#onRead();
      await gate;
    }
    return session;
  }

  /**
   * Holds what is read by reads that begin while `begin` runs.
   *
   * @returns once Redis has answered a read; `release` hands on what it said
   */
  async hold<T>(begin: () => T): Promise<{ reading: T; release: () => void }> {
    let release: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    const hasRead = new Promise<void>((resolve) => {
      this.#onRead = resolve;
    });
    const reading = begin();
    this.#gate = null;
    await hasRead;
    return { reading, release };
  }
}

/** A client whose duplicates, of which a near-cache's link is one, take a way of their own to Redis. */
export function clientWithLinksOn(way: FaultyProxy, url: string): Redis {
  const client = createRedisClient(url);
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (options) => duplicate({ ...options, port: way.port });
  return client;
}

/** Breaks every link to a server that a near-cache has. */
export async function killLinks(admin: Redis): Promise<void> {
  // Nothing else here is subscribed to anything.
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
}
