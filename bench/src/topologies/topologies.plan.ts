import type { ServiceKind } from './topology';

/** Duration and number of the measurements; times in milliseconds. */
export interface TopologiesPlan {
  /** Warm-up of each topology, for the JIT compiler. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Length of a round with one request at a time. */
  readonly inTurn: number;
  /** Length of a round at a steady rate. */
  readonly steady: number;
  /** Length of the period without requests in each round. */
  readonly idle: number;
  /** Length of a round of calls between services. */
  readonly calls: number;
  /** Session sources of the services that call each other. */
  readonly callers: readonly ServiceKind[];
  readonly logouts: number;
  /** Length of the watch of a credential after its logout. */
  readonly watch: number;
  /** Length of the outage of each part. */
  readonly outage: number;
  /** Time limit until all serve again. */
  readonly recovery: number;
}

export const FULL_PLAN: TopologiesPlan = {
  warmUp: 1_000,
  rounds: 3,
  inTurn: 800,
  steady: 2_000,
  idle: 1_000,
  calls: 700,
  callers: ['redis', 'rpc', 'gateway'],
  logouts: 50,
  watch: 65_000,
  outage: 3_000,
  recovery: 15_000,
};

export const QUICK_PLAN: TopologiesPlan = {
  warmUp: 200,
  rounds: 1,
  inTurn: 250,
  steady: 600,
  idle: 500,
  calls: 300,
  callers: ['redis'],
  logouts: 10,
  watch: 2_300,
  outage: 2_200,
  recovery: 8_000,
};

/** Requests per second of the rounds at a steady rate. */
export const STEADY_RATE = 200;
