import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Counter, type Registry } from 'prom-client';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SecurityEventFeed } from '../audit/security-event.feed.js';
import { providedIn } from '../common/provided-in.js';
import { SessionChannels } from '../channels/session-channels.js';
import { SessionEvents } from '../events/session-events.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { RpcCounters } from '../rpc/rpc.counters.js';
import { readSourceOf } from '../source/read-source.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { RedisConnection } from '../store/redis-connection.js';
import { RedisFailures } from '../store/redis-failures.js';
import { isNearCached, type NearCached } from '../store/near-cached.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { BoundedLabel } from './bounded-label.js';
import { EventLag } from './event-lag.js';
import { FAILURE_KINDS, failureKindOf } from './failure-kind.js';
import { OperationMetrics } from './operation-metrics.js';
import { RedisClock } from '../events/redis-clock.js';
import { SampledCount } from './sampled-count.js';
import { scrapedCounter, scrapedGauge } from './scraped-values.js';
import { SESSION_METRICS_MODULE_OPTIONS } from './session-metrics.module-definition.js';
import { metricsSettingsOf, type SessionMetricsOptions } from './session-metrics.options.js';
import { timeOfEvents } from '../events/time-of-events.js';

/** Metric that every application has. */
const FIRST = 'nest_sessions_guard_decisions_total';

/** Reasons of the library and of the sample services. */
const OWN_REASONS: ReadonlySet<string> = new Set([
  ...['signed-in', 'signed-out', 'replaced', 'not-issued', 'too-many', 'changed-meanwhile'],
  ...['re-authenticated', 'password-changed', 'disabled', 'ended-by-owner'],
  ...['ended-by-administrator', 'unknown', 'wrong', 'anonymous', 'invalid', 'role'],
  ...['reauthentication', 'cross-origin'],
]);

/**
 * Metrics of the sessions in this process, in a registry of `prom-client`. Only what the process uses has
 * metrics: those of the near-cache, of introspection or of the issuing app are missing elsewhere.
 *
 * @example
 * ```ts
 * @Controller('metrics')
 * export class MetricsController {
 *   constructor(private readonly metrics: SessionMetrics) {}
 *
 *   @Get()
 *   @Public()
 *   read(): Promise<string> {
 *     return this.metrics.register.metrics();
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Registry that holds the metrics. */
  readonly register: Registry;
  readonly #isFollowing: boolean;
  #registered: readonly string[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(
    @Inject(SESSION_METRICS_MODULE_OPTIONS) options: SessionMetricsOptions,
    private readonly modules: ModuleRef,
    private readonly instruments: SessionInstruments,
    private readonly feed: SecurityEventFeed,
    private readonly counters: SessionCounters,
    private readonly store: SessionStore,
    private readonly redis: RedisConnection,
  ) {
    const { register, events } = metricsSettingsOf(options);
    this.register = register;
    this.#isFollowing = events;
  }

  /** @internal Hook that Nest calls. */
  onApplicationBootstrap(): void {
    const before = new Set(this.#names());
    if (before.has(FIRST)) {
      throw new SessionOptionsError(
        'The registry holds the metrics of another application of this process. Give each its own: SessionMetricsModule.forRoot({ register: new Registry() }).',
      );
    }
    this.#begin();
    this.#registered = this.#names().filter((name) => !before.has(name));
  }

  #begin(): void {
    this.instruments.add(new OperationMetrics(this.register, readSourceOf(this.modules)));
    this.#countEvents();
    if (this.redis.isConfigured) this.#countRedisErrors(RedisFailures.of(this.redis.client));
    this.#readCounters();
    if (isNearCached(this.store)) this.#readNearCache(this.store);
    const rpc = providedIn(this.modules, RpcCounters);
    if (rpc) this.#readIntrospection(rpc);
    const channels = providedIn(this.modules, SessionChannels);
    if (channels)
      this.#gauge('open_channels', 'Open event streams and sockets.', () => channels.size);
    const issuer = providedIn(this.modules, IssuerSessionStore);
    if (issuer?.count) this.#readTotal(() => issuer.count?.() ?? Promise.resolve(0));
    const events = this.#isFollowing ? providedIn(this.modules, SessionEvents) : null;
    if (events && this.redis.isConfigured) this.#measureLag(events, this.redis.client);
  }

  /** @internal Hook that Nest calls. */
  onApplicationShutdown(): void {
    // A registry may outlive its application, and another application may then use it.
    for (const name of this.#registered) this.register.removeSingleMetric(name);
    for (const end of this.#ends.splice(0)) end();
  }

  #names(): string[] {
    return this.register.getMetricsAsArray().map(({ name }) => name);
  }

  #countEvents(): void {
    const counter = new Counter({
      name: 'nest_sessions_security_events_total',
      help: 'Security events by name and reason.',
      labelNames: ['event', 'reason'],
      registers: [this.register],
    });
    const names = new BoundedLabel();
    const reasons = new BoundedLabel(undefined, OWN_REASONS);
    const end = this.feed.subscribe((event) => {
      const { reason } = event as { reason?: string | null };
      counter.inc({ event: names.of(event.event), reason: reasons.of(reason) });
    });
    this.#ends.push(end);
  }

  #countRedisErrors(failures: RedisFailures): void {
    const counter = new Counter({
      name: 'nest_sessions_redis_errors_total',
      help: 'Failed commands and connections of the Redis client, by the kind of the failure.',
      labelNames: ['kind'],
      registers: [this.register],
    });
    // Without a first sample, the rate of a counter misses its first increase.
    for (const kind of FAILURE_KINDS) counter.inc({ kind }, 0);
    const end = failures.subscribe((error) => {
      counter.inc({ kind: failureKindOf(error) });
    });
    this.#ends.push(end);
  }

  #readCounters(): void {
    const { counters } = this;
    this.#counter(
      'malformed_records',
      'Records that could not be read as a session, an attribute or an access catalogue.',
      () => counters.malformedRecords,
    );
    this.#counter(
      'lost_events',
      'Session events that could not be written to the event log.',
      () => counters.lostEvents,
    );
  }

  #readNearCache(store: NearCached): void {
    const { counters } = store;
    const of = (name: string, help: string, read: () => number) => {
      this.#counter(`near_cache_${name}`, help, read);
    };
    of('hits', 'Sessions served from memory.', () => counters.hits);
    of('misses', 'Sessions that were not in memory.', () => counters.misses);
    of(
      'bypasses',
      'Sessions read from Redis although there is a near-cache: fresh reads, or no reliable link.',
      () => counters.bypasses,
    );
    of('invalidations', 'Changes that Redis announced.', () => counters.invalidations);
    of(
      'link_losses',
      'Lost links, each of which empties the near-cache.',
      () => counters.linkLosses,
    );
    this.#gauge('near_cache_entries', 'Sessions in memory.', () => store.size);
    this.#gauge('near_cache_link_up', 'Whether Redis announces changes: 1 or 0.', () =>
      counters.isLinkUp ? 1 : 0,
    );
    this.#gauge(
      'near_cache_staleness_seconds',
      'Time since the links have proved to be up: the age that a served session can have.',
      () => (store.staleness === null ? null : store.staleness / 1_000),
    );
  }

  #readIntrospection(counters: RpcCounters): void {
    const of = (name: string, help: string, read: () => number) => {
      this.#counter(`introspection_${name}`, help, read);
    };
    of('calls', 'Calls of the service that keeps the sessions.', () => counters.calls);
    of('joined', 'Lookups that shared a call.', () => counters.joined);
    of('retries', 'Second attempts.', () => counters.retries);
    of('failures', 'Calls without an answer, or with an error.', () => counters.failures);
    of('refusals', 'Calls that the open breaker prevented.', () => counters.refusals);
    of('malformed_replies', 'Answers that could not be read.', () => counters.malformedReplies);
    of('cache_hits', 'Sessions served from the cache.', () => counters.cacheHits);
    this.#gauge('introspection_breaker_open', 'Whether calls fail at once: 1 or 0.', () =>
      counters.isOpen ? 1 : 0,
    );
  }

  /** Each instance of the issuing app exports the same total: aggregate with `max`, not with `sum`. */
  #readTotal(count: () => Promise<number>): void {
    const failures = new Counter({
      name: 'nest_sessions_active_failures_total',
      help: 'Scrapes without the number of live sessions, because the store did not answer.',
      registers: [this.register],
    });
    const total = new SampledCount(count, () => {
      failures.inc();
    });
    this.#gauge('active', 'Live sessions of all users, the same in every instance.', () =>
      total.read(),
    );
  }

  #measureLag(events: SessionEvents, client: RedisConnection['client']): void {
    const lag = new EventLag(this.register, events, new RedisClock(() => timeOfEvents(client)));
    lag.start();
    this.#ends.push(() => {
      lag.stop();
    });
  }

  #counter(name: string, help: string, read: () => number): void {
    scrapedCounter(this.register, { name: `nest_sessions_${name}_total`, help, read });
  }

  #gauge(name: string, help: string, read: () => number | null | Promise<number | null>): void {
    scrapedGauge(this.register, { name: `nest_sessions_${name}`, help, read });
  }
}
