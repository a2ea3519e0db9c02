import type { Adapter } from '../servers/protection';

/** Cost of one call on one adapter, in nanoseconds: the median of its rounds. */
export interface GuardFigures {
  readonly adapter: Adapter;
  readonly name: string;
  readonly nanoseconds: number;
  readonly rounds: readonly number[];
}
