import type { Adapter } from '../servers/protection';

/** Sources of the session in the measured guards. */
export const SOURCES = ['near-cached', 'direct'] as const;

export type Source = (typeof SOURCES)[number];

/** Features whose cost for the guard is measured. */
export type Feature = 'metrics' | 'tracing';

/** CPU time of one call of a guard, in nanoseconds, round by round. */
export interface MetricsFigures {
  readonly adapter: Adapter;
  readonly source: Source;
  readonly without: readonly number[];
  readonly withFeature: readonly number[];
}
