import { Histogram, type Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import type { SessionEvents } from '../events/session-events.js';
import { lagOfEvent } from '../events/lag-of-event.js';
import type { RedisClock } from '../events/redis-clock.js';

/** Limits of the buckets in seconds. */
const BUCKETS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Measures how long session events take to arrive in this process. */
export class EventLag {
  readonly #lag: Histogram<'type'>;
  #following: Subscription | undefined;

  constructor(
    register: Registry,
    private readonly events: SessionEvents,
    private readonly clock: RedisClock,
  ) {
    this.#lag = new Histogram({
      name: 'nest_sessions_event_lag_seconds',
      help: "Time from a session event to its arrival in this process, by Redis' clock.",
      labelNames: ['type'],
      buckets: BUCKETS,
      registers: [register],
    });
  }

  start(): void {
    this.clock.start();
    this.#following = this.events.after(null).subscribe((event) => {
      const lag = lagOfEvent(event, this.clock);
      if (lag !== null) this.#lag.observe({ type: event.type }, lag / 1_000);
    });
  }

  stop(): void {
    this.#following?.unsubscribe();
    this.clock.stop();
  }
}
