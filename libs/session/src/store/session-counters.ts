/**
 * Counters of this process since it started, for metrics. No counter ever decreases.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class SessionFigures {
 *   constructor(private readonly counters: SessionCounters) {}
 *
 *   get malformedRecords(): number {
 *     return this.counters.malformedRecords;
 *   }
 * }
 * ```
 */
export class SessionCounters {
  /** Records that could not be read as a session, a write-once attribute or an access catalogue. */
  malformedRecords = 0;
  /** Events that could not be written to the event log. */
  lostEvents = 0;
}
