/** What a service did that asks another one who is asking; for metrics. */
export class RpcCounters {
  /** Messages that were sent, or tried to be. Never decreases, nor do the others but `isOpen`. */
  calls = 0;
  /** Sessions that were looked for together with somebody else's call. */
  joined = 0;
  /** Connections that were tried a second time. */
  retries = 0;
  /** Calls that got no answer, or none that can be used. */
  failures = 0;
  /** Calls that were not made, because the last ones had failed. */
  refusals = 0;
  /** Answers that were not what they should be, and were taken for 'no session'. */
  malformedReplies = 0;
  /** Sessions served from memory; always zero without `rpc.cache`. */
  cacheHits = 0;
  /** Whether calls fail at once right now. */
  isOpen = false;
}
