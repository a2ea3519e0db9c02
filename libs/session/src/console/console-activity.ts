import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SecurityEventFeed } from '../audit/security-event.feed.js';
import type { SecurityEvent } from '../audit/security-event.js';
import { inBatches } from '../common/in-batches.js';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { TimerLoop } from '../common/timer-loop.js';
import { RedisConnection } from '../store/redis-connection.js';
import { replies, reply } from '../store/redis-reply.js';
import { activityKey } from '../store/redis-session.keys.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { ConsoleProviders } from './console-providers.js';

/** Length of a step of the chart, in milliseconds. */
export const STEP = 5 * 60 * 1_000;

/** Longest time that the chart shows, in hours. */
export const MOST_HOURS = 48;

/** Time for which a step is kept, in milliseconds: a day longer than the chart. */
const KEPT = (MOST_HOURS + 24) * 60 * 60 * 1_000;

/** Time between two writes, in milliseconds. Counting takes no command of a sign-in. */
const FLUSH_INTERVAL = 10_000;

/** Names of the counters. */
const COUNTED = ['signIns', 'failures', 'ended'] as const;

type Counted = (typeof COUNTED)[number];

/** Activity of all processes in one step of time. */
export interface ActivityPoint {
  /** Begin of the step, in epoch milliseconds. */
  readonly at: number;
  readonly signIns: number;
  readonly failures: number;
  readonly ended: number;
  /** Number of live sessions at the last count of the step; `null` when no process has counted them. */
  readonly active: number | null;
}

/** Counts sign-ins, failures and ends of sessions, and keeps the sums of all processes in Redis for the chart. */
@Injectable()
export class ConsoleActivity implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new ThrottledLogger('SessionConsole', BACKGROUND_INTERVAL);
  readonly #flushes = new TimerLoop({
    pause: () => FLUSH_INTERVAL,
    onFailure: (error) => {
      this.#failures.report(error);
    },
  });
  #counts: Record<Counted, number> = { signIns: 0, failures: 0, ended: 0 };
  /** Step whose live sessions this process has counted. */
  #sampledStep = -1;
  #store: IssuerSessionStore | null = null;
  #endFeed: () => void = () => undefined;

  constructor(
    private readonly feed: SecurityEventFeed,
    private readonly redis: RedisConnection,
    private readonly providers: ConsoleProviders,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.redis.isConfigured) return;
    this.#store = this.providers.find(IssuerSessionStore);
    this.#endFeed = this.feed.subscribe((event) => {
      const counted = countedAs(event);
      if (counted !== null) this.#counts[counted] += 1;
    });
    this.#flushes.startNow(() => this.flush());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#endFeed();
    await this.#flushes.stop();
    if (this.redis.isConfigured) await this.flush().catch(() => undefined);
  }

  /**
   * Adds the counts of this process to those in Redis.
   *
   * @throws SessionStoreUnavailableError; the counts are added later
   */
  async flush(now = Date.now()): Promise<void> {
    const step = await this.#write(now);
    if (step !== this.#sampledStep) await this.#sample(step);
  }

  /** @returns the step of the counts */
  async #write(now: number): Promise<number> {
    const step = Math.floor(now / STEP);
    const counts = this.#counts;
    this.#counts = { signIns: 0, failures: 0, ended: 0 };
    try {
      await this.#add(step, counts);
    } catch (error) {
      // The counts may have arrived although the reply was lost: a chart may show them twice.
      for (const name of COUNTED) this.#counts[name] += counts[name];
      throw error;
    }
    return step;
  }

  /**
   * Returns the steps of the last hours, the earliest first, with all that this process has counted.
   *
   * @throws SessionStoreUnavailableError
   */
  async since(hours: number, now = Date.now()): Promise<ActivityPoint[]> {
    const last = await this.#write(now);
    await this.#sample(last);
    const count = Math.ceil((hours * 60 * 60 * 1_000) / STEP);
    const steps = Array.from({ length: count }, (_, i) => last - count + 1 + i);
    return inBatches(steps, async (step) => {
      const fields = await reply(this.redis.client.hgetall(activityKey(step)));
      const of = (name: string) => Number(fields[name] ?? 0) || 0;
      return {
        at: step * STEP,
        signIns: of('signIns'),
        failures: of('failures'),
        ended: of('ended'),
        active: fields.active === undefined ? null : of('active'),
      };
    });
  }

  async #add(step: number, counts: Readonly<Record<Counted, number>>): Promise<void> {
    const changed = COUNTED.filter((name) => counts[name] > 0);
    if (changed.length === 0) return;
    const key = activityKey(step);
    const transaction = this.redis.client.multi();
    for (const name of changed) transaction.hincrby(key, name, counts[name]);
    await replies(transaction.pexpire(key, KEPT).exec());
  }

  /** Counts the live sessions: once in each step, and whenever the chart is read. */
  async #sample(step: number): Promise<void> {
    if (this.#store?.count === undefined) return;
    const key = activityKey(step);
    const active = await this.#store.count();
    await replies(this.redis.client.multi().hset(key, 'active', active).pexpire(key, KEPT).exec());
    this.#sampledStep = step;
  }
}

function countedAs({ event }: SecurityEvent): Counted | null {
  if (event === 'session.created') return 'signIns';
  if (event === 'session.revoked' || event === 'session.expired') return 'ended';
  // Applications name the event of a failed sign-in themselves; the sample system has this name.
  return (event as string) === 'signIn.failed' ? 'failures' : null;
}
