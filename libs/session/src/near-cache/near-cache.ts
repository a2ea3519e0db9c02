import type { Session } from '../session/session.js';

/** A session in this process' memory. Times are monotonic milliseconds. */
export interface NearSession {
  readonly session: Session;
  /** Time from which the session is not served: it has then ended, as far as this process knows. */
  expiresAt: number;
  /** Time from which a use renews the idle timeout. */
  renewalDueAt: number;
  /** Time at which the session was last served. */
  servedAt: number;
  /** Whether the session was served since eviction last skipped it. */
  isReferenced: boolean;
}

/** A read of the store that is in progress. */
export type ReadInFlight = symbol;

/**
 * Bounded cache of sessions in this process' memory. It has no clock and does not know Redis:
 * `NearCachedSessionStore` keeps its content valid.
 *
 * A session that changes during a read may be read as it was before. {@link beginRead} therefore announces
 * a read. Its result may be kept while the read {@link isCurrent}: until a later read of the session
 * begins, or {@link forget} or {@link clear} is called.
 */
export class NearCache {
  /** Entries by session id; in order of insertion, or of their last second chance. */
  readonly #entries = new Map<string, NearSession>();
  /** Reads in progress by session id. Of several reads of one session, only the last to begin may be kept. */
  readonly #reads = new Map<string, ReadInFlight>();

  constructor(private readonly maxEntries: number) {}

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): NearSession | undefined {
    return this.#entries.get(id);
  }

  beginRead(id: string): ReadInFlight {
    const read = Symbol('read');
    this.#reads.set(id, read);
    return read;
  }

  /** Whether the result of a read may be kept. */
  isCurrent(id: string, read: ReadInFlight): boolean {
    return this.#reads.get(id) === read;
  }

  endRead(id: string, read: ReadInFlight): void {
    if (this.isCurrent(id, read)) this.#reads.delete(id);
  }

  set(id: string, entry: NearSession): void {
    this.#entries.delete(id);
    // Evict before the insertion: the new entry could be the only entry not served yet.
    if (this.#entries.size >= this.maxEntries) this.#evict();
    this.#entries.set(id, entry);
  }

  /** Drops a session. Results of its reads in progress are not kept. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#reads.delete(id);
  }

  /** Drops all sessions. Results of reads in progress are not kept. */
  clear(): void {
    this.#entries.clear();
    this.#reads.clear();
  }

  /**
   * Drops approximately the entry that was not served for the longest time ("second chance"). An entry
   * that was served since its last turn moves to the end of the queue instead. A hit only sets a flag.
   */
  #evict(): void {
    for (const [id, entry] of this.#entries) {
      this.#entries.delete(id);
      if (!entry.isReferenced) return;
      entry.isReferenced = false;
      this.#entries.set(id, entry);
    }
  }
}
