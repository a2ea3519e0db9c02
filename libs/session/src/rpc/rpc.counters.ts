/**
 * Counters of a service that introspects sessions over RPC; for metrics.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class IntrospectionMetrics {
 *   constructor(private readonly counters: RpcCounters) {}
 *
 *   get failures(): number {
 *     return this.counters.failures;
 *   }
 * }
 * ```
 */
export class RpcCounters {
  /** Calls that were made; a repeated call counts once. No counter ever decreases; `isOpen` is a state. */
  calls = 0;
  /** Lookups that shared the call of another lookup. */
  joined = 0;
  /** Second attempts, to connect or to send a message whose connection ended. */
  retries = 0;
  /** Calls without an answer, or with an error as the answer. */
  failures = 0;
  /** Calls that were not made, because the previous calls had failed. */
  refusals = 0;
  /** Malformed answers. A lookup treats such an answer as 'no session'. */
  malformedReplies = 0;
  /** Sessions served from memory; always zero without the option `cache`. */
  cacheHits = 0;
  /** Whether calls fail at once right now. */
  isOpen = false;
}
