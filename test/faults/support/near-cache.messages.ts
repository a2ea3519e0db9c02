import type { NearCacheCounters } from 'nest-sessions';

/** What is looked for from now on, and what no more. */
export interface ToReader {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  readonly stop?: boolean;
}

export type FromReader =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      /** By session: when it was asked for the last time that it was found, by {@link now}. */
      readonly lastServed: Readonly<Record<string, number>>;
      readonly counters: NearCacheCounters;
    };

/** Milliseconds of a clock that all processes of a machine share, and nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
