import type { Adapter } from '../servers/protection';

/** Sources of the session in the measured guards. */
export const SOURCES = ['near-cached', 'direct'] as const;

export type Source = (typeof SOURCES)[number];

/** CPU time of one call of a guard, in nanoseconds, round by round. */
export interface MetricsFigures {
  readonly adapter: Adapter;
  readonly source: Source;
  readonly without: readonly number[];
  readonly withMetrics: readonly number[];
}
