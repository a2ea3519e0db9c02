import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from '../measure/exchange';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import type { PacedRequests } from '../measure/paced-requests';
import { percentile } from '../measure/percentile';
import { WrongStatusError } from '../measure/wrong-status.error';
import type { Counter, Counters, TopologySystem } from './topology-system';

/** A request to send repeatedly. */
export interface Measured {
  readonly name: string;
  readonly exchange: Exchange;
  /** Expected status. */
  readonly expected: number;
}

/** Figures of one round. */
export interface CostRound {
  /** Percentiles in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly took: number;
  /** Resource usage of all parts of the system. */
  readonly used: Counters;
}

/** Pace of requests: a rate, or one at a time. */
export interface Pace {
  readonly perSecond: number | 'in turn';
  /** Milliseconds of one round. */
  readonly duration: number;
}

/** Attempts of a round in which an answer did not come in time. */
const ATTEMPTS = 3;

/** Sends requests from another process and counts the resource usage of the system's parts. */
export class CostMeter {
  readonly #idle: Counters[] = [];

  constructor(
    private readonly system: TopologySystem,
    private readonly requests: PacedRequests,
    private readonly log: (line: string) => void,
  ) {}

  /** Measures the usage without requests, per millisecond. Every cost excludes it. */
  async measureIdle(duration: number): Promise<void> {
    const [before, start] = [await this.system.counters(), performance.now()];
    await delay(duration);
    const used = difference(await this.system.counters(), before);
    const took = performance.now() - start;
    this.#idle.push(new Map([...used].map(([counter, value]) => [counter, value / took])));
  }

  /** @throws WrongStatusError for an unexpected answer; a round with a late answer is repeated. */
  async measure(one: Measured, pace: Pace): Promise<CostRound> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.measureOnce(one, pace);
      } catch (error) {
        const isStalled = error instanceof WrongStatusError && error.isUnavailable;
        if (!isStalled || attempt === ATTEMPTS) throw error;
        this.log(`${error.message}: the round does not count and is repeated`);
      }
    }
  }

  private async measureOnce(
    { name, exchange, expected }: Measured,
    { perSecond, duration }: Pace,
  ): Promise<CostRound> {
    const [before, start] = [await this.system.counters(), performance.now()];
    const route = { name, ...exchange, expected, perSecond };
    const { [name]: times = [] } = await this.requests.run({ routes: [route], duration });
    const used = difference(await this.system.counters(), before);
    return {
      p50: percentile(times, 50),
      p99: percentile(times, 99),
      requests: times.length,
      took: performance.now() - start,
      used,
    };
  }

  /** Measures all of them in turns, with one idle period in each round. */
  async interleaved<T extends Measured, R>(
    all: readonly T[],
    { rounds, idle }: { rounds: number; idle: number },
    measure: (one: T) => Promise<R>,
  ): Promise<Map<T, R[]>> {
    let last = -1;
    return interleaved(all, rounds, async (one, round) => {
      if (round !== last) await this.measureIdle(idle);
      last = round;
      return measure(one);
    });
  }

  /** Returns a part's cost of one request: microseconds or commands; `null` for a part without a counter. */
  perRequest(rounds: readonly CostRound[], counter: Counter): number | null {
    if (rounds.some(({ used }) => !used.has(counter))) return null;
    const idle = median(this.#idle.map((it) => it.get(counter) ?? 0));
    return median(
      rounds.map(({ used, took, requests }) => ((used.get(counter) ?? 0) - idle * took) / requests),
    );
  }
}

function difference(after: Counters, before: Counters): Counters {
  return new Map(
    [...after].map(([counter, value]) => [counter, value - (before.get(counter) ?? 0)]),
  );
}
