import type { NearCacheCounters } from 'nest-sessions/near-cache';

/** Sessions to look for from now on, and sessions to stop looking for. */
export interface ToReader {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  readonly stop?: boolean;
}

export type FromReader =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      /** Start of the last lookup that found the session, by session id; measured by {@link now}. */
      readonly lastServed: Readonly<Record<string, number>>;
      readonly counters: NearCacheCounters;
    };

/** Returns milliseconds of a clock that all processes of a machine share, and that cannot be set. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
