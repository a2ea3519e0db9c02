/** Applications to compare, by the name of their module. */
export type StartVariant = 'bare' | 'sessions' | 'near-cached' | 'issuer';

/** Cost of one start, up to the first response. */
export interface StartFigures {
  /** CPU time of the process, all threads, in milliseconds. */
  readonly cpu: number;
  /** Heap after a garbage collection, in bytes. */
  readonly heap: number;
}
