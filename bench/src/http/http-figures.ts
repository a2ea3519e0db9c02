import type { Adapter } from '../servers/protection';

/** What one round showed, per request. */
export interface Round {
  /** CPU time of the server process, in microseconds. */
  readonly cpu: number;
  /** Requests answered per second. */
  readonly throughput: number;
  readonly redisCommands: number;
  /** CPU time of Redis, in microseconds. */
  readonly redisCpu: number;
}

/** What was measured of one variant: medians of its rounds. */
export interface HttpFigures {
  readonly adapter: Adapter;
  readonly variant: string;
  readonly label: string;
  readonly saturated: Round;
  readonly paced: Round;
  /** Round trips to Redis that a request waits for or causes, one request at a time. */
  readonly roundTrips: number;
  /** Every round, for who wants to see how they spread. */
  readonly rounds: { readonly saturated: readonly Round[]; readonly paced: readonly Round[] };
}
