import { performance } from 'node:perf_hooks';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import type { NearCacheLimits } from './near-cache.options.js';
import type { Session } from '../session/session.js';
import type { IdleClock } from '../store/idle-clocks.js';
import { NearCacheCounters } from './near-cache.counters.js';
import type { RedisSessionStore } from '../store/redis-session.store.js';
import type { AddOutcome, WriteOnceAttribute } from '../store/add-outcome.js';
import { SessionChanges } from '../store/session-changes.js';
import { type FindOptions, SessionStore } from '../store/session.store.js';
import { InvalidationLinks } from './invalidation-links.js';
import { NearCache } from './near-cache.js';
import { RenewalQueue } from './renewal-queue.js';
import { WallClockWatch } from './wall-clock-watch.js';

/**
 * Keeps sessions in this process' memory, in front of Redis. Redis sends an invalidation for every change.
 *
 * - No session is served from memory unless every link to Redis is up and has answered a ping that was sent
 *   at most `maxStaleness` ago.
 * - A lost link empties the memory, and every read goes to Redis until the link is back.
 * - A session that was read before a change and arrives after the change is not kept.
 * - No session is served beyond its absolute timeout or the idle timeout that this process knows.
 * - The idle timeout of a served session is renewed in Redis, later and with others, once per touch interval.
 */
export class NearCachedSessionStore
  extends SessionStore
  implements BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #cache: NearCache;
  readonly #links: InvalidationLinks;
  readonly #renewals: RenewalQueue;
  readonly #wallClock = new WallClockWatch();

  constructor(
    client: Redis | Cluster,
    private readonly source: RedisSessionStore,
    { maxEntries, maxStaleness }: NearCacheLimits,
    readonly counters: NearCacheCounters = new NearCacheCounters(),
    changes: SessionChanges = new SessionChanges(),
  ) {
    super();
    changes.isSignalled = true;
    this.#cache = new NearCache(maxEntries);
    this.#renewals = new RenewalQueue((session, usedAt) => this.#renew(session, usedAt));
    this.#links = new InvalidationLinks(client, maxStaleness, {
      onChanged: (ids) => {
        counters.invalidations += ids.length;
        for (const id of ids) this.#cache.forget(id);
        changes.report(ids);
      },
      onFlushed: () => {
        this.#cache.clear();
        changes.reportAll();
      },
      onHeard: () => {
        // Deadlines were computed from a wall clock that has since jumped against the monotonic clock.
        if (this.#wallClock.hasJumped()) this.#cache.clear();
      },
      onUp: () => {
        counters.isLinkUp = true;
        // Changes during the outage are unknown.
        changes.reportAll();
      },
      onDown: () => {
        counters.isLinkUp = false;
        counters.linkLosses += 1;
        this.#cache.clear();
      },
    });
    this.#links.start();
  }

  /** Number of sessions in memory. */
  get size(): number {
    return this.#cache.size;
  }

  /**
   * Time since the links to Redis have proved to be up, in milliseconds; `null` while they are not. A session that
   * is served from memory is no older.
   */
  get staleness(): number | null {
    const { heardUntil } = this.#links;
    return heardUntil === -Infinity ? null : Math.max(0, performance.now() - heardUntil);
  }

  /** Counts hits only: a caller that finds nothing here calls {@link find}, which counts the rest. */
  override peek(id: string): Session | undefined {
    const now = performance.now();
    // A machine that slept received no invalidation meanwhile, and its monotonic clock stood still.
    if (this.#wallClock.hasJumped(now)) this.#cache.clear();
    if (now >= this.#links.validUntil) return undefined;
    const entry = this.#cache.get(id);
    if (entry === undefined || now >= entry.expiresAt) return undefined;
    this.counters.hits += 1;
    entry.servedAt = now;
    entry.isReferenced = true;
    return entry.session;
  }

  find(id: string, { fresh = false }: FindOptions = {}): Promise<Session | null> {
    const known = fresh ? undefined : this.peek(id);
    if (known !== undefined) return Promise.resolve(known);
    if (fresh || performance.now() >= this.#links.validUntil) this.counters.bypasses += 1;
    else this.counters.misses += 1;
    return this.#read(id);
  }

  touch(session: Session): Promise<void> | undefined {
    // A superseded session ends at its fixed time, however it is used.
    if (session.supersededBy !== null) return undefined;
    const entry = this.#cache.get(session.id);
    if (entry === undefined) return this.source.touch(session);
    const { servedAt, renewalDueAt, expiresAt } = entry;
    if (servedAt >= renewalDueAt) this.#renewals.add(session, servedAt, expiresAt);
    return undefined;
  }

  add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    return this.source.add(session, attribute);
  }

  attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    return this.source.attributes(id, service);
  }

  override ping(): Promise<void> {
    return this.source.ping();
  }

  /**
   * Drops the remembered session, after a change in this process. The invalidation from Redis arrives a
   * moment later.
   */
  override forget(id: string): void {
    this.#cache.forget(id);
  }

  /** Renews the idle timeouts that are still queued. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#renewals.flush();
  }

  /** @internal Hook that Nest calls. */
  onApplicationShutdown(): void {
    this.#links.stop();
  }

  async #read(id: string): Promise<Session | null> {
    // Without all links, a later change of the session could go unnoticed.
    if (!this.#links.areComplete()) return this.source.find(id);
    const read = this.#cache.beginRead(id);
    try {
      const session = await this.source.find(id);
      if (session === null) this.#cache.forget(id);
      else if (this.#links.areComplete() && this.#cache.isCurrent(id, read)) this.#keep(session);
      return session;
    } finally {
      this.#cache.endRead(id, read);
    }
  }

  #keep(session: Session): void {
    const clock = this.source.idleClockOf(session.id);
    if (clock === undefined) return;
    this.#cache.set(session.id, {
      session,
      expiresAt: endOf(session, clock),
      renewalDueAt: clock.dueAt,
      servedAt: performance.now(),
      isReferenced: false,
    });
  }

  async #renew(session: Session, usedAt: number): Promise<void> {
    await this.source.touch(session, usedAt);
    const entry = this.#cache.get(session.id);
    const clock = this.source.idleClockOf(session.id);
    if (clock === undefined) {
      // The session has ended, or another process has renewed it further: the next lookup reads Redis.
      this.#cache.forget(session.id);
    } else if (entry !== undefined) {
      entry.expiresAt = endOf(entry.session, clock);
      entry.renewalDueAt = clock.dueAt;
    }
  }
}

/** Returns when a session ends, as far as this process knows; monotonic milliseconds. */
function endOf({ absoluteExpiresAt }: Session, clock: IdleClock): number {
  return Math.min(clock.expiresAt, performance.now() + absoluteExpiresAt - Date.now());
}
