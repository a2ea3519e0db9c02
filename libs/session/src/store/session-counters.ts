import { RpcCounters } from '../rpc/rpc.counters.js';
import { NearCacheCounters } from '../near-cache/near-cache.counters.js';

/** Counters of this process since it started, for metrics. No counter ever decreases. */
export class SessionCounters {
  /** Records that could not be read as a session, a write-once attribute or an access catalogue. */
  malformedRecords = 0;
  /** Events that could not be written to the event log. */
  lostEvents = 0;
  /** Counters of the near-cache; all zero without a near-cache. */
  readonly nearCache = new NearCacheCounters();
  /** Counters of `source: 'rpc'`; all zero without it. */
  readonly rpc = new RpcCounters();
}
