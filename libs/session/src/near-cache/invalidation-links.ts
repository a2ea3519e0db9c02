import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { describeError } from '../common/describe-error.js';
import { reconnectDelay, whenReady } from '../store/redis-client.js';
import { RedisFailures } from '../store/redis-failures.js';
import { RECORD_PREFIX } from '../store/redis-session.keys.js';
import { keyServedBy } from './cluster-probe-key.js';
import { InvalidationLink, type InvalidationListener } from './invalidation-link.js';

/** Number of pings per `maxStaleness`, so that a late ping does no harm. */
const PINGS_PER_STALENESS = 5;
/** Longest time between two pings, in milliseconds, so that a lost link is noticed. */
const MAX_PING_INTERVAL = 1_000;
/** Time that a server has to become ready before its link is retried, in milliseconds. */
const READY_TIMEOUT = 1_000;

/** Events after which a Cluster's client may have other masters. */
const TOPOLOGY_EVENTS = ['ready', '+node', '-node', 'refresh'];

const HOW_TO_GRANT =
  "Give the service's Redis user +client|id +client|tracking +subscribe &__redis__:invalidate, and +info if it lacks that, or switch the near-cache off.";

export interface InvalidationLinksListener extends InvalidationListener {
  /** All links are up: sessions read from now on are valid until an invalidation arrives. */
  onUp(): void;
  /** {@link InvalidationLinks.validUntil} may have advanced. */
  onHeard(): void;
  /** A link was lost or is missing: no remembered session may be relied on. */
  onDown(): void;
}

interface KeptLink {
  /** `null` until the link is open, and after it is lost. */
  link: InvalidationLink | null;
  /** Aborted when the server is no longer read from. */
  readonly dropped: AbortController;
}

/**
 * Keeps one {@link InvalidationLink} to each server that records are read from: the server itself, the
 * master that the Sentinels name, or every master of a Cluster. It opens new links when links are lost and
 * when the masters of a Cluster change.
 *
 * No link counts unless all links are up: while slots move, it is uncertain from which master of a Cluster
 * a record was read.
 */
export class InvalidationLinks {
  readonly #logger = new Logger('SessionNearCache');
  readonly #stopped = new AbortController();
  /** Links by the connection on which records are read. */
  readonly #links = new Map<Redis, KeptLink>();
  #isUp = false;
  #lastReport = '';
  /** Time until which remembered sessions are within `maxStaleness`; monotonic milliseconds. */
  validUntil = -Infinity;

  /** Time until which all links have proved to be up; monotonic milliseconds, `-Infinity` while one is down. */
  get heardUntil(): number {
    return this.validUntil - this.maxStaleness;
  }

  /** @param maxStaleness Milliseconds. */
  constructor(
    private readonly client: Redis | Cluster,
    private readonly maxStaleness: number,
    private readonly listener: InvalidationLinksListener,
  ) {}

  /**
   * Whether every current server has a link and all links are up. Call it after a read as well: a Cluster's
   * client learns of a new master from a reply and reads from this master at once, long before it requests
   * the list of masters.
   */
  areComplete(): boolean {
    this.#followMasters();
    return this.#isUp;
  }

  start(): void {
    this.client.once('end', this.stop);
    if (this.client instanceof Cluster) {
      for (const event of TOPOLOGY_EVENTS) this.client.on(event, this.#followMasters);
      this.#followMasters();
    } else {
      this.#add(this.client);
    }
  }

  readonly stop = (): void => {
    this.#stopped.abort();
    this.client.off('end', this.stop);
    for (const event of TOPOLOGY_EVENTS) this.client.off(event, this.#followMasters);
    for (const server of [...this.#links.keys()]) this.#drop(server);
  };

  /** Keeps links to the current masters of a Cluster, and to no other server. */
  readonly #followMasters = (): void => {
    if (!(this.client instanceof Cluster) || this.#stopped.signal.aborted) return;
    const masters = new Set(this.client.nodes('master'));
    for (const server of [...this.#links.keys()]) if (!masters.has(server)) this.#drop(server);
    for (const server of masters) if (!this.#links.has(server)) this.#add(server);
  };

  #add(server: Redis): void {
    const kept: KeptLink = { link: null, dropped: new AbortController() };
    this.#links.set(server, kept);
    this.#goDown();
    void this.#keepLinked(server, kept);
  }

  #drop(server: Redis): void {
    const kept = this.#links.get(server);
    this.#links.delete(server);
    kept?.dropped.abort();
    kept?.link?.close();
    // Another server may now serve the sessions that were read from this server.
    this.#goDown();
    this.#update();
  }

  async #keepLinked(server: Redis, kept: KeptLink): Promise<void> {
    const { signal } = kept.dropped;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const link = await this.#open(server);
      if (link) {
        await this.#use(link, kept);
        attempt = 1;
      }
      const pause = reconnectDelay(attempt);
      await delay(pause, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** Uses a link. Resolves when the link is lost. */
  async #use(link: InvalidationLink, kept: KeptLink): Promise<void> {
    if (kept.dropped.signal.aborted) {
      link.close();
      return;
    }
    kept.link = link;
    this.#update();
    await link.lost;
    kept.link = null;
    this.#goDown();
  }

  async #open(server: Redis): Promise<InvalidationLink | null> {
    try {
      const failure = await whenReady(server, READY_TIMEOUT);
      if (failure) throw failure;
      return await InvalidationLink.open(server, {
        listener: this.listener,
        prefix: this.#prefix,
        pingInterval: Math.min(this.maxStaleness / PINGS_PER_STALENESS, MAX_PING_INTERVAL),
        probe: () => this.#probe(server),
        failures: RedisFailures.of(this.client),
        onHeard: () => {
          this.#update();
          this.listener.onHeard();
        },
      });
    } catch (error) {
      this.#report(describeError(error));
      return null;
    }
  }

  get #prefix(): string {
    return `${this.client.options.keyPrefix ?? ''}${RECORD_PREFIX}`;
  }

  /**
   * Rejects when a Cluster's node no longer serves the records that are read from it. A node that was
   * demoted, or is cut off from the majority, still answers pings, but changes happen elsewhere.
   */
  async #probe(server: Redis): Promise<void> {
    if (!(this.client instanceof Cluster)) return;
    const key = keyServedBy(server, this.client.slots, this.#prefix);
    if (key === null) return;
    // If the prefix is among a Cluster's `redisOptions`, its nodes add the prefix themselves.
    const ownPrefix = server.options.keyPrefix ?? '';
    try {
      await server.get(key.slice(ownPrefix.length));
    } catch (error) {
      // The failures of a Cluster do not include commands that its nodes are sent directly.
      if (error instanceof Error) RedisFailures.of(this.client).report(error);
      this.client.refreshSlotsCache();
      throw error;
    }
  }

  #update(): void {
    const links = [...this.#links.values()].map(({ link }) => link?.heardUntil ?? -Infinity);
    const heardUntil = links.length === 0 ? -Infinity : Math.min(...links);
    this.validUntil = heardUntil + this.maxStaleness;
    if (heardUntil === -Infinity || this.#isUp) return;
    this.#isUp = true;
    this.#lastReport = '';
    this.#logger.log('The near-cache is on: Redis sends invalidations');
    this.listener.onUp();
  }

  #goDown(): void {
    this.validUntil = -Infinity;
    if (!this.#isUp) return;
    this.#isUp = false;
    this.listener.onDown();
  }

  #report(reason: string): void {
    if (this.#stopped.signal.aborted || reason === this.#lastReport) return;
    this.#lastReport = reason;
    const advice = reason.startsWith('NOPERM') ? ` ${HOW_TO_GRANT}` : '';
    this.#logger.warn(
      `The near-cache is off, and every session is read from Redis, until Redis sends invalidations: ${reason.replace(/\.$/, '')}.${advice}`,
    );
  }
}
