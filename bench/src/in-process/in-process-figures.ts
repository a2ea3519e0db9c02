import type { Adapter } from '../servers/protection';

/** CPU time per request, in microseconds. */
export interface ProcessFigures {
  /** One request at a time. */
  readonly sequential: number;
  /** With many requests in flight. */
  readonly concurrent: number;
}

/** Figures of one variant: medians of its processes. */
export interface InProcessFigures extends ProcessFigures {
  readonly adapter: Adapter;
  readonly variant: string;
  readonly label: string;
  /** All processes: medians of their rounds. */
  readonly processes: readonly ProcessFigures[];
}
