import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from '../measure/exchange';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import type { PacedRequests } from '../measure/paced-requests';
import { percentile } from '../measure/percentile';
import { WrongStatusError } from '../measure/wrong-status.error';
import type { Counter, Counters, TopologySystem } from './topology-system';

/** A request to make over and over, and what is looked at meanwhile. */
export interface Measured {
  readonly name: string;
  readonly exchange: Exchange;
  /** The status of a right answer. */
  readonly expected: number;
}

/** What it took in one round. */
export interface CostRound {
  /** Percentiles in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly took: number;
  /** What all parts have used meanwhile. */
  readonly used: Counters;
}

/** How requests are sent: so many a second, or one at a time. */
export interface Pace {
  readonly perSecond: number | 'in turn';
  /** Milliseconds of one round. */
  readonly duration: number;
}

/** How often a round is made anew in which something did not answer in time. */
const ATTEMPTS = 3;

/** Runs requests in another process, and counts what the parts of the system use. */
export class CostMeter {
  readonly #idle: Counters[] = [];

  constructor(
    private readonly system: TopologySystem,
    private readonly requests: PacedRequests,
    private readonly log: (line: string) => void,
  ) {}

  /** What all use by themselves, per millisecond: it is taken off every cost. */
  async measureIdle(duration: number): Promise<void> {
    const [before, start] = [await this.system.counters(), performance.now()];
    await delay(duration);
    const used = difference(await this.system.counters(), before);
    const took = performance.now() - start;
    this.#idle.push(new Map([...used].map(([counter, value]) => [counter, value / took])));
  }

  /** @throws WrongStatusError for a wrong answer; what did not answer in time is measured anew. */
  async measure(one: Measured, pace: Pace): Promise<CostRound> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.measureOnce(one, pace);
      } catch (error) {
        const isStalled = error instanceof WrongStatusError && error.isUnavailable;
        if (!isStalled || attempt === ATTEMPTS) throw error;
        this.log(`${error.message}, which is no measurement: once more`);
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

  /** All of them in turns, one idle time in each round. */
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

  /** What a request costs of a part: microseconds, or a number of commands; `null` where nobody counts. */
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
