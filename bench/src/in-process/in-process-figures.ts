import type { Adapter } from '../servers/protection';

/** What was measured of one variant: medians of its processes. */
export interface InProcessFigures {
  readonly adapter: Adapter;
  readonly variant: string;
  readonly label: string;
  /** CPU time per request, one request after the other, in microseconds. */
  readonly sequential: number;
  /** The same with many requests in flight. */
  readonly concurrent: number;
  /** Every process. */
  readonly processes: readonly { readonly sequential: number; readonly concurrent: number }[];
}
