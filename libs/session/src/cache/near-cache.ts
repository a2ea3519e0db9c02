import type { Session } from '../session/session.js';

/** A session in this process' memory. Times are monotonic milliseconds. */
export interface NearSession {
  readonly session: Session;
  /** From when on it is not served: it has ended then, for all that is known here. */
  expiresAt: number;
  /** From when on its idle clock is to be slid. */
  slideDueAt: number;
  /** When it was last served. */
  servedAt: number;
  /** Whether it was served since it was last passed over for eviction. */
  isReferenced: boolean;
}

/** A read of the store that is under way. */
export type ReadInFlight = symbol;

/**
 * Sessions in this process' memory, at most so many of them. It keeps no clock and knows no Redis;
 * what makes its content true is `NearCachedSessionStore`'s business.
 *
 * What is read while its session changes may be older than the change. So a read is announced by
 * {@link beginRead}, and what it found may be kept while it {@link isCurrent}: until somebody calls
 * {@link forget} or {@link clear}.
 */
export class NearCache {
  /** In order of insertion, or of the last reprieve. */
  readonly #entries = new Map<string, NearSession>();
  /** By session id: of several reads of one session the last to begin may be kept. */
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

  /** Whether what a read has found may be kept. */
  isCurrent(id: string, read: ReadInFlight): boolean {
    return this.#reads.get(id) === read;
  }

  endRead(id: string, read: ReadInFlight): void {
    if (this.isCurrent(id, read)) this.#reads.delete(id);
  }

  set(id: string, entry: NearSession): void {
    this.#entries.delete(id);
    // Before it comes: it would be the only one that was not served yet.
    if (this.#entries.size >= this.maxEntries) this.#evict();
    this.#entries.set(id, entry);
  }

  /** Drops a session, and keeps what is being read of it from being kept. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#reads.delete(id);
  }

  /** Drops everything, and keeps whatever is being read from being kept. */
  clear(): void {
    this.#entries.clear();
    this.#reads.clear();
  }

  /**
   * Drops the entry that was not served for longest, nearly ("second chance"): whoever was served since
   * the last time goes to the end of the queue instead. A hit so costs no more than setting a flag.
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
