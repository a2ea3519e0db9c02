import type { Adapter } from '../servers/protection';

/** CPU time per request, in microseconds. */
export interface ProcessFigures {
  /** One request after the other. */
  readonly sequential: number;
  /** With many requests in flight. */
  readonly concurrent: number;
}

/** What was measured of one variant: medians of its processes. */
export interface InProcessFigures extends ProcessFigures {
  readonly adapter: Adapter;
  readonly variant: string;
  readonly label: string;
  /** Every process: medians of its rounds. */
  readonly processes: readonly ProcessFigures[];
}
