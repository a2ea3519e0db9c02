import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { eventually } from '../../../tools/testing/eventually.js';
import type { FaultyProxy } from '../../../tools/testing/faulty-proxy.js';
import { NearCachedSessionStore } from '../src/near-cache/near-cached-session.store.js';
import type { Session } from '../src/session/session.js';
import { NearCacheCounters } from '../src/near-cache/near-cache.counters.js';
import { createRedisClient } from '../src/store/redis-client.js';
import { RedisIssuerSessionStore } from '../src/issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from '../src/store/redis-session.store.js';

/** Time for which tests check whether an ended session is still served, in milliseconds. */
const WATCHED = 1_500;

export interface NearCachedOptions {
  /** Milliseconds. */
  readonly maxStaleness?: number;
  readonly maxEntries?: number;
  /** @default a store that renews each session at most once a minute */
  readonly source?: RedisSessionStore;
}

/** Near-cache as in a service, and its observable behaviour. */
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

  /** Returns a session if it is served from memory now. A session that is not is read for the next time. */
  inMemory(id: string): Session | null {
    const known = this.store.peek(id);
    if (known !== undefined) return known;
    // The store may be unavailable: only the memory matters here.
    this.store.find(id).catch(() => undefined);
    return null;
  }

  async untilUp(): Promise<void> {
    await eventually(() => this.counters.isLinkUp);
  }

  /** Reads a session, and waits until it is served from memory. */
  async remember({ id }: Session): Promise<void> {
    await eventually(async () => {
      await this.store.find(id).catch(() => undefined);
      return this.inMemory(id) !== null;
    });
  }

  /** Runs an action for which Redis sends an invalidation, and waits for the invalidation. */
  async hearing<T>(act: () => Promise<T>): Promise<T> {
    const { invalidations } = this.counters;
    const result = await act();
    await eventually(() => this.counters.invalidations > invalidations);
    return result;
  }

  /** Finds a session and reports its use, as the guard does for an authorized request. */
  async serve({ id }: Session): Promise<Session | null> {
    const session = await this.store.find(id);
    if (session) await this.store.touch(session);
    return session;
  }

  /**
   * Stores a new session through another client, as soon as that works, and remembers it.
   *
   * @param limit Time limit for storing the session, in milliseconds.
   */
  async rememberNew(session: Session, elsewhere: Redis | Cluster, limit?: number): Promise<void> {
    const issuer = new RedisIssuerSessionStore(elsewhere);
    const insert = () =>
      issuer.insert(session).then(
        () => true,
        () => false,
      );
    await this.untilUp();
    // Redis also sends an invalidation for the insert, which must not be mistaken for a later one.
    await this.hearing(() => eventually(insert, limit));
    await this.remember(session);
  }

  /**
   * Returns when a session was served from memory later than allowed, in milliseconds since its end; three
   * times at most.
   *
   * @param since End of the session; monotonic milliseconds.
   * @param allowed Time after the end for which it may still be served, in milliseconds.
   */
  async lateHits({ id }: Session, since: number, allowed: number): Promise<number[]> {
    const late: number[] = [];
    while (performance.now() < since + WATCHED) {
      const at = performance.now();
      const isLate = this.inMemory(id) !== null && at > since + allowed;
      // Three prove as much as all of them.
      if (isLate && late.length < 3) late.push(at - since);
      await delay(1);
    }
    return late;
  }

  close(): void {
    this.store.onApplicationShutdown();
  }
}

/** Store that reads from Redis, and holds a result back until it is released. */
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
   * Holds back the results of reads that begin while `begin` runs.
   *
   * @returns once Redis has answered a read; `release` passes the answer on
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

/** Returns a client whose duplicates, such as a near-cache's link, connect to Redis through `way`. */
export function clientWithLinksOn(way: FaultyProxy, url: string): Redis {
  const client = createRedisClient(url);
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (options) => duplicate({ ...options, port: way.port });
  return client;
}

/** Breaks every near-cache link to a server. */
export async function killLinks(admin: Redis): Promise<void> {
  // Only near-cache links are subscribed here.
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
}
