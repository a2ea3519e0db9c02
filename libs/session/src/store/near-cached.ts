/** Store with a near-cache, by its structure: a process without a near-cache does not load its code. */
export interface NearCached {
  /** Counts since the start of the process. */
  readonly counters: {
    readonly hits: number;
    readonly misses: number;
    readonly bypasses: number;
    readonly invalidations: number;
    readonly linkLosses: number;
    readonly isLinkUp: boolean;
  };
  /** Number of sessions in memory. */
  readonly size: number;
  /** Age that a session from memory can have, in milliseconds; `null` while the link is down. */
  readonly staleness: number | null;
}

/** Whether a store has a near-cache. */
export function isNearCached(store: object): store is NearCached {
  return 'counters' in store && 'staleness' in store;
}
