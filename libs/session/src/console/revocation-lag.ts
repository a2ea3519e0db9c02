import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { lagOfEvent } from '../events/lag-of-event.js';
import { RedisClock } from '../events/redis-clock.js';
import { SessionEvents } from '../events/session-events.js';
import { timeOfEvents } from '../events/time-of-events.js';
import { RedisConnection } from '../store/redis-connection.js';

/** Number of the latest revocations that the report describes. */
const KEPT = 1_000;

/** Times from revocations to their arrival in this process, in milliseconds. */
export interface RevocationLagReport {
  readonly lastMs: number;
  /** Time within which 99 % of the latest thousand arrived. */
  readonly p99Ms: number;
  /** Number of measured revocations since the start. */
  readonly count: number;
}

/** Measures how long revocations take to arrive in this process, by the clock of Redis. */
@Injectable()
export class RevocationLag implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #clock = new RedisClock(() => timeOfEvents(this.redis.client));
  #following: Subscription | undefined;
  #latest: number[] = [];
  #count = 0;

  constructor(
    private readonly events: SessionEvents,
    private readonly redis: RedisConnection,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.redis.isConfigured) return;
    this.#clock.start();
    this.#following = this.events.after(null).subscribe((event) => {
      if (event.type !== 'revoked') return;
      const lag = lagOfEvent(event, this.#clock);
      if (lag !== null) this.#keep(lag);
    });
  }

  beforeApplicationShutdown(): void {
    this.#following?.unsubscribe();
    this.#clock.stop();
  }

  /** Returns `null` before the first measurement. */
  report(): RevocationLagReport | null {
    const lastMs = this.#latest.at(-1);
    if (lastMs === undefined) return null;
    const sorted = this.#latest.toSorted((a, b) => a - b);
    const p99Ms = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? lastMs;
    return { lastMs, p99Ms, count: this.#count };
  }

  #keep(lag: number): void {
    this.#count += 1;
    this.#latest.push(lag);
    if (this.#latest.length > KEPT) this.#latest.shift();
  }
}
