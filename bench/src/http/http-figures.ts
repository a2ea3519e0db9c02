import type { Adapter } from '../servers/protection';

/** Figures of one round, per request. */
export interface Round {
  /** CPU time of the server process, in microseconds. */
  readonly cpu: number;
  /** Requests answered per second. */
  readonly throughput: number;
  readonly redisCommands: number;
  /** CPU time of Redis, in microseconds. */
  readonly redisCpu: number;
}

/** Figures of one variant: medians of its rounds. */
export interface HttpFigures {
  readonly adapter: Adapter;
  readonly variant: string;
  readonly label: string;
  readonly saturated: Round;
  readonly paced: Round;
  /** Round trips to Redis caused by one request, counted with one request at a time. */
  readonly roundTrips: number;
  /** All rounds, to show the spread. */
  readonly rounds: { readonly saturated: readonly Round[]; readonly paced: readonly Round[] };
}
