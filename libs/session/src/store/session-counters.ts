import { RpcCounters } from '../rpc/rpc.counters.js';
import { NearCacheCounters } from './near-cache.counters.js';

/** What happened in this process since it started; for metrics. Never decreases. */
export class SessionCounters {
  /** Records that could not be read as what they are to be: no session, no addition, no catalogue. */
  malformedRecords = 0;
  /** Events that happened and could not be written to the log. */
  lostEvents = 0;
  /** Of the near-cache; all zero without one. */
  readonly nearCache = new NearCacheCounters();
  /** Of `source: 'rpc'`; all zero without it. */
  readonly rpc = new RpcCounters();
}
