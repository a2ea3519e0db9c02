import type { ServiceKind } from './topology';

/** How long and how often things are measured; times in milliseconds. */
export interface TopologiesPlan {
  /** Of each, before anything is measured, for the JIT compiler. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Of one round with one request at a time. */
  readonly inTurn: number;
  /** Of one round at a steady rate. */
  readonly steady: number;
  /** How long nobody asks in each round, for what all use by themselves. */
  readonly idle: number;
  /** Of one round of calls between services. */
  readonly calls: number;
  /** The sources of services that call each other. */
  readonly callers: readonly ServiceKind[];
  readonly logouts: number;
  /** How long a credential is watched after its logout. */
  readonly watch: number;
  /** How long each part is away. */
  readonly outage: number;
  /** How long it is waited afterwards for all to serve again. */
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

/** Requests per second of the runs at a steady rate. */
export const STEADY_RATE = 200;
